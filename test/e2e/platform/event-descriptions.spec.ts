import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { eventDocs } from '../../../src/event-docs.js';
import { MAILED_TYPES } from '../../../src/notifications/mailed-types.js';
import { misfits, type OpenApi, type Operation, type Schema } from '../../support/openapi.js';
import { admin, api, finance, mug, place, placeEach, scenario, shopper } from '../../support/scenario.js';

scenario({ worker: true, people: ['shopper', 'admin', 'finance'], mugs: 100, unchecked: true });

interface Described extends OpenApi {
  readonly webhooks: Readonly<Record<string, { readonly post: Operation }>>;
}

let document: Described;
beforeAll(async () => {
  document = (await (await fetch(`${api.url}/openapi.json`)).json()) as Described;
});

const schemaOf = (type: string): Schema | undefined =>
  document.webhooks[type]?.post.requestBody?.content['application/json']?.schema;

/** Causes events of most kinds. */
async function liveThrough(): Promise<void> {
  const email = `${randomUUID()}@till.test`;
  const password = 'four quiet grey herons';
  await api.post('/v1/auth/register', { body: { email, password, name: 'Ada' } });
  await api.post('/v1/auth/register', { body: { email, password, name: 'Eve' } });
  await api.post('/v1/auth/password/forgot', { body: { email } });
  const product = await api.product(10);
  await api.request(`PATCH /v1/products/${product.id}`, { ...admin, body: { name: 'Cup' } });
  await api.post(`/v1/products/${product.id}/stock-adjustments`, { ...admin, body: { delta: 1, reason: 'found' } });
  const paid = await place(2);
  const payment = await api.pay(shopper, paid);
  await api.post(`/v1/orders/${paid.id}/fulfillments`, { ...admin, body: { carrier: 'DHL' } });
  await api.post(`/v1/payments/${payment.body.id}/refunds`, { ...finance, body: { amount: 100 } });
  await api.pay(shopper, await place(1), { paymentMethod: 'pm_declined' });
  await api.pay(shopper, await place(1), { capture: 'manual' });
  await api.post(`/v1/orders/${(await place(1)).id}/cancellation`, { token: shopper.token, body: { reason: 'no' } });
  const pieces = await placeEach(3, mug);
  const body = { lines: [{ lineId: pieces.lines[0]!.id, quantity: 1 }] };
  await api.post(`/v1/orders/${pieces.id}/cancellation`, { token: shopper.token, body });
}

it('Every event that is recorded is described as it is', async () => {
  await liveThrough();
  const rows = await api.sql(
    `SELECT type, id::text, aggregate_type, aggregate_id, aggregate_version, data FROM events ORDER BY id`,
  );
  const types = [...new Set(rows.map(({ type }) => String(type)))];
  expect(types.length).toBeGreaterThan(12);
  for (const { type, id, aggregate_type: kind, aggregate_id: thing, aggregate_version: version, data } of rows) {
    const aggregate = { type: kind, id: thing, version };
    const message = { type, timestamp: new Date().toISOString(), id, sequence: 1, aggregate, data };
    const [shared, own] = schemaOf(String(type))?.allOf ?? [];
    const described = { ...(own as object), properties: { ...own?.properties, ...sharedOf(shared) } } as Schema;
    expect({ type, misfits: misfits(document, own && described, message) }).toEqual({ type, misfits: [] });
  }
});

const sharedOf = (schema?: Schema) =>
  (document.components['schemas']![schema!.$ref!.split('/').at(-1)!] as Schema).properties!;

it('The document describes each type of event once, and every one that somebody gets a mail about', () => {
  expect(Object.keys(document.webhooks)).toEqual(Object.keys(eventDocs));
  expect(Object.keys(eventDocs)).toEqual(expect.arrayContaining([...MAILED_TYPES]));
  const names = Object.values(document.webhooks).map(({ post }) => post.operationId);
  expect(new Set(names).size).toBe(names.length);
});
