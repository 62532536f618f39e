import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltProcess, startBuilt } from '../../support/built-process.js';
import { collector } from '../../support/collector.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { redisDatabase } from '../../support/redis.js';
import { asRunningRole } from '../../support/running-role.js';
import { type Shop, shopAt, withoutQuotas } from '../../support/shop.js';

/** Issues the tokens, so it is the same for all processes. */
const PUBLIC_URL = 'http://till.test';

const newTraceparent = (flags = '01') => {
  const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
  return { traceId, spanId, header: `00-${traceId}-${spanId}-${flags}` };
};

describe('Traces', () => {
  let database: TestDatabase;
  let collected: Awaited<ReturnType<typeof collector>>;
  let env: Record<string, string>;
  let api: BuiltProcess;
  let worker: BuiltProcess;
  let shop: Shop;

  beforeAll(async () => {
    database = await createDatabase();
    collected = await collector();
    const servers = { DATABASE_URL: asRunningRole(database.url), REDIS_URL: await redisDatabase() };
    env = { ...servers, ...withoutQuotas, NODE_ENV: 'test', RATE_LIMIT_SCALE: '100000', PUBLIC_URL };
    const traced = {
      ...env,
      OTEL_EXPORTER_OTLP_ENDPOINT: collected.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-collector-key=a%20secret',
    };
    [api, worker] = await Promise.all([startBuilt('main.js', traced), startBuilt('worker.js', traced)]);
    shop = shopAt(api.url, { ...env, DATABASE_URL: database.url });
  }, 180_000);
  afterAll(async () => {
    await shop?.leave();
    await Promise.all([api, worker].map((one) => one?.stop()));
    collected?.server.close();
    await database?.drop();
  });

  const spansOf = (traceId: string) => collected.spans().filter((span) => span.traceId === traceId);

  /** A person whose mail can be sent, buying a mug as part of a client's trace. */
  async function buy(header: string) {
    const [person, mug] = [await shop.person(), await shop.product(10)];
    const body = {
      lines: [{ productId: mug.id, quantity: 1 }],
      payment: { paymentMethod: 'pm_ok' },
      shippingAddress: {
        name: 'Canary Jones',
        line1: '1 Canary Wharf',
        city: 'Canaryton',
        postalCode: 'CAN4RY',
        country: 'GB',
      },
      metadata: { note: 'canary-metadata' },
    };
    const options = { token: person.token, body, headers: { traceparent: header, 'user-agent': 'canary-agent' } };
    return { person, order: await shop.post<{ id: string }>('/v1/orders', options) };
  }

  it('one order is one trace, from the client over HTTP, PostgreSQL, the provider, outbox and queue to the mail', async () => {
    const client = newTraceparent();
    const { person, order } = await buy(client.header);
    expect(order.status).toBe(201);
    const missing = () => {
      const found = spansOf(client.traceId);
      const known = new Set([client.spanId, ...found.map(({ spanId }) => spanId)]);
      const wanted = ['POST /v1/orders', 'process mail', 'send mail'];
      const orphans = found.filter(({ parentSpanId }) => !known.has(parentSpanId ?? ''));
      return [
        ...wanted.filter((name) => !found.some((span) => span.name === name)),
        ...orphans.map(({ name }) => name),
      ];
    };
    // A span arrives when it has ended, so that a parent comes after its children.
    await expect.poll(missing, { timeout: 60_000 }).toEqual([]);
    const spans = spansOf(client.traceId);

    const byName = (name: RegExp) => spans.filter((span) => name.test(span.name));
    const [request] = byName(/^POST \/v1\/orders$/);
    expect(request).toMatchObject({ service: 'till-api', parentSpanId: client.spanId });
    expect(request?.attributes).toMatchObject({ 'http.route': '/v1/orders', 'http.response.status_code': 201 });
    const [charge] = byName(/^capture sandbox$|^authorize sandbox$/);
    expect(charge).toMatchObject({ parentSpanId: request?.spanId, attributes: { 'till.provider': 'sandbox' } });
    const batches = byName(/^BATCH /);
    expect(
      batches.some(
        ({ service, attributes }) => service === 'till-api' && attributes['db.system.name'] === 'postgresql',
      ),
    ).toBe(true);
    const [delivery] = byName(/^process mail$/);
    expect(delivery).toMatchObject({ service: 'till-worker', attributes: { 'till.event.type': 'order.confirmed' } });
    expect(byName(/^send mail$/)[0]).toMatchObject({ service: 'till-worker', parentSpanId: delivery?.spanId });

    expect(spans.filter(({ status }) => status?.code === 2)).toEqual([]);
    const events = await shop.sql('SELECT traceparent FROM events WHERE order_id = $1', [order.body.id]);
    expect(events.length).toBeGreaterThan(1);
    for (const { traceparent } of events) expect(String(traceparent).split('-')[1]).toBe(client.traceId);
    expect(new Set(collected.headers)).toEqual(new Set(['a secret']));

    for (const secret of [/canary/i, /@till\.test/, new RegExp(person.token), /till-app-password/, /pm_ok/])
      expect(collected.bodies.filter((body) => secret.test(body))).toEqual([]);
  });

  it('a malformed traceparent begins a new trace, and one that is not sampled is not recorded', async () => {
    expect((await buy(`00-${'0'.repeat(32)}-xyz-01`)).order.status).toBe(201);
    const unsampled = newTraceparent('00');
    const { order } = await buy(unsampled.header);
    const [event] = await shop.sql('SELECT traceparent FROM events WHERE order_id = $1 LIMIT 1', [order.body.id]);
    expect(event?.['traceparent']).toMatch(new RegExp(`^00-${unsampled.traceId}-[0-9a-f]{16}-00$`));
    const later = newTraceparent();
    await buy(later.header);
    await expect.poll(() => spansOf(later.traceId).map(({ name }) => name), { timeout: 60_000 }).toContain('send mail');
    expect(spansOf(unsampled.traceId)).toEqual([]);
  });

  it('probes are not traced', async () => {
    await fetch(`${api.url}/health/ready`);
    expect(collected.spans().filter(({ name }) => /health|metrics/.test(name))).toEqual([]);
  });

  it('load OpenTelemetry only where they are configured: nothing imports it but one file, which is imported on demand', () => {
    const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) =>
      /(?<!\.spec)\.ts$/.test(file),
    );
    const importing = (what: RegExp) => files.filter((file) => what.test(readFileSync(`src/${file}`, 'utf8')));
    expect(importing(/^(import (?!type)[^;]*|} )from '@opentelemetry\//m)).toEqual([
      'platform/tracing/opentelemetry.ts',
    ]);
    expect(importing(/from '[^']*\/opentelemetry\.js'/)).toEqual([]);
    expect(importing(/import\('\.\/opentelemetry\.js'\)/)).toEqual(['platform/tracing/tracing.ts']);
  });
});
