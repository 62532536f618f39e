import { vi } from 'vitest';
import { Webhook } from 'standardwebhooks';
import type { PageBody } from '../../support/bodies.js';
import { type Received, startReceiver } from '../../support/receiver.js';
import { admin, api } from '../../support/scenario.js';
import { decodeId, newId } from '../../../src/shared/ids.js';

export interface EndpointBody {
  readonly id: string;
  readonly secret: string;
  readonly publicKey: string;
  readonly status: string;
  readonly disabledReason: string | null;
  readonly failures: number;
  readonly pausedUntil: string | null;
}

export interface DeliveryBody {
  readonly id: string;
  readonly kind: string;
  readonly type: string | null;
  readonly status: string;
  readonly attempts: number;
  readonly nextAttemptAt: string | null;
  readonly sequence: number | null;
  readonly requestBody: string;
  readonly log: readonly {
    readonly number: number;
    readonly status: number | null;
    readonly error: string | null;
    readonly responseBody: string | null;
    readonly durationMs: number;
    readonly headers: Readonly<Record<string, string>>;
  }[];
}

export interface MessageBody {
  readonly type: string;
  readonly id: string;
  readonly sequence: number;
  readonly aggregate: { readonly id: string; readonly version: number };
}

export const soon = { timeout: 20_000, interval: 50 };

/** No test here has an event of this type. Events from before an endpoint may wait for their deliveries, and must not become its first. */
export const hearsNothing = ['session.refresh_token_reused'];

/** Makes an endpoint that gets the events of these types, of which Till itself may have none. */
export async function endpointAt(url: string, types: readonly string[], given: object = {}): Promise<EndpointBody> {
  const body = { url, types: hearsNothing, ...given };
  const answer = await api.post<EndpointBody>('/v1/webhook-endpoints', { ...admin, body });
  if (answer.status !== 201) throw new Error(answer.text);
  await listensTo(answer.body, types);
  return answer.body;
}

export const listensTo = ({ id }: EndpointBody, types: readonly string[]) =>
  api.sql('UPDATE webhook_endpoints SET types = $2 WHERE id = $1', [decodeId('whe', id), types]);

interface Sql {
  readonly sql: (text: string, values: unknown[]) => Promise<unknown>;
}

/** Events of this type, about these things, each a version later, in one transaction: one of its own, or that of the last argument. */
export async function happened(type: string, ...things: readonly (string | Sql)[]): Promise<void> {
  const [names, [by = api]] = [
    things.filter((one) => typeof one === 'string'),
    things.filter((one) => typeof one !== 'string'),
  ];
  await by.sql(
    `WITH e AS (INSERT INTO events (id, type, aggregate_type, aggregate_id, aggregate_version, data)
       SELECT id, $3, 'thing', thing, n, '{"umlaut":"ü"}' FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS t (id, thing, n) RETURNING id)
     INSERT INTO outbox SELECT id FROM e`,
    [names.map(() => newId()), names, type],
  );
}

/** What a message says, once its signature is verified from the raw bytes. */
export function verified({ raw, headers }: Received, secret: string): MessageBody {
  return new Webhook(secret).verify(raw.toString('utf8'), headers as Record<string, string>) as MessageBody;
}

export const endpointOf = async ({ id }: EndpointBody) =>
  (await api.get<EndpointBody>(`/v1/webhook-endpoints/${id}`, admin)).body;

export const deliveriesOf = async ({ id }: EndpointBody, query = '') =>
  (await api.get<PageBody<DeliveryBody>>(`/v1/webhook-endpoints/${id}/deliveries${query}`, admin)).body.data;

export const deliveryOf = async ({ id }: { readonly id: string }) =>
  (await api.get<DeliveryBody>(`/v1/webhook-deliveries/${id}`, admin)).body;

/** The log of the endpoint's only delivery, once it has as many attempts. */
export async function logOf(endpoint: EndpointBody, attempts: number): Promise<DeliveryBody> {
  return vi.waitFor(async () => {
    const [delivery] = await deliveriesOf(endpoint);
    if (!delivery || delivery.attempts < attempts) throw new Error('not yet');
    return deliveryOf(delivery);
  }, soon);
}

/** As if the waits between attempts, and the pause of the endpoint, were over. */
export async function timePasses(): Promise<void> {
  await api.sql(`UPDATE webhook_deliveries SET next_attempt_at = now() WHERE status = 'pending'`);
  await api.sql('UPDATE webhook_endpoints SET paused_until = NULL');
}

/**
 * Waits until the worker has served every endpoint that it may serve now: two messages, one after the other, arrive at an endpoint that was
 * due later than all others.
 */
export async function allServed(): Promise<void> {
  const witness = await startReceiver();
  const type = 'witness.once';
  const endpoint = await endpointAt(witness.url, [type]);
  for (const count of [1, 2]) {
    await happened(type, `witness-${count}`);
    await vi.waitFor(() => {
      if (witness.received.length < count) throw new Error('not yet');
    }, soon);
  }
  await api.request(`DELETE /v1/webhook-endpoints/${endpoint.id}`, admin);
  await witness.close();
}
