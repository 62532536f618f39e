import { Reconciler } from '../../src/payments/index.js';
import { WebhookProcessor } from '../../src/payments/webhooks/webhook-processor.js';
import { decodeId, encodeId, type EventId, newId } from '../../src/shared/ids.js';
import type { Api, Person } from './api.js';
import type { PageBody, PaymentBody } from './bodies.js';
import { sandboxOffice } from './sandbox.js';

/** Another identity of the person. */
export async function identityOf(api: Api, { id }: Person): Promise<string> {
  const identity = newId<'idn'>();
  const row = [identity, decodeId('usr', id)];
  await api.sql(
    `INSERT INTO identities (id, user_id, issuer, subject) VALUES ($1, $2, 'https://id.example', gen_random_uuid()::text)`,
    row,
  );
  return encodeId('idn', identity);
}

/** An event that was given up. */
export async function deadLetterOf(api: Api): Promise<string> {
  const [event] = await api.sql(
    `INSERT INTO events (id, type, aggregate_type, aggregate_id, aggregate_version, data)
     VALUES ($1, 'thing.happened', 'thing', 'thing-1', 1, '{}') RETURNING id`,
    [newId()],
  );
  await api.sql(
    `INSERT INTO event_deliveries (event_id, consumer, status, attempts, last_error) VALUES ($1, 'mail', 'dead', 15, 'refused')`,
    [event!['id']],
  );
  return `${encodeId('evt', event!['id'] as EventId)}.mail`;
}

/** Another session of the person. */
export async function sessionOf(api: Api, { id }: Person): Promise<string> {
  const session = newId<'ses'>();
  await api.sql(
    `INSERT INTO sessions (id, user_id, device, address, expires_at) VALUES ($1, $2, '', '', now() + interval '90 days')`,
    [session, decodeId('usr', id)],
  );
  return encodeId('ses', session);
}

export async function disputeOf(api: Api, payment: PaymentBody): Promise<string> {
  const office = sandboxOffice(api);
  await office.send(await office.webhook(payment, { type: 'dispute_opened', amount: 100, dispute: 'dp_1' }));
  await api.app.get(WebhookProcessor).processDue();
  const disputes = await api.get<PageBody<{ id: string }>>(`/v1/payments/${payment.id}/disputes`, await api.admin());
  return disputes.body.data[0]!.id;
}

/** A day with a difference. */
export async function reconcile(api: Api): Promise<{ reconciliation: string; difference: string }> {
  await api.sql("UPDATE sandbox.operations SET created_at = created_at - interval '9 days'");
  const run = await api.app.get(Reconciler).run('sandbox', new Date().toISOString().slice(0, 10), () => undefined);
  const reconciliation = encodeId('rcn', run.id);
  const found = await api.get<{ differences: { id: string }[] }>(
    `/v1/reconciliations/${reconciliation}`,
    await api.admin(),
  );
  return { reconciliation, difference: found.body.differences[0]!.id };
}
