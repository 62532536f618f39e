import { Client } from 'pg';
import { expect } from 'vitest';
import { WebhookProcessor } from '../../src/payments/webhooks/webhook-processor.js';
import { AttemptResolver } from '../../src/payments/attempts/attempt-resolver.js';
import { SandboxProvider } from '../../src/payments/providers/sandbox/sandbox.provider.js';
import { DueReturns } from '../../src/payments/returns/funds-return.service.js';
import { decodeId } from '../../src/shared/ids.js';
import type { Api } from './api.js';
import type { OrderBody, PaymentBody } from './bodies.js';

interface WithId {
  readonly id: string;
}

const fail = (_about: unknown, error: unknown) => expect.unreachable(String(error));

/** What an order comes to in its own amounts, in the provider's books and in the ledger, in minor units. */
const FIGURES = `
  SELECT o.status, o.captured_amount::int AS captured, o.refunded_amount::int AS refunded,
    o.authorized_amount::int AS authorized,
    (o.capture_pending + o.void_pending + o.refund_pending + o.disputed_amount)::int AS pending,
    (SELECT coalesce(sum(s.amount) FILTER (WHERE s.kind IN ('charge', 'capture')), 0)::int FROM payments p
      JOIN sandbox.operations s ON s.payment_id = p.id AND s.outcome = 'succeeded' WHERE p.order_id = o.id) AS charged,
    (SELECT coalesce(sum(s.amount) FILTER (WHERE s.kind = 'refund'), 0)::int FROM payments p
      JOIN sandbox.operations s ON s.payment_id = p.id AND s.outcome = 'succeeded' WHERE p.order_id = o.id) AS given,
    (SELECT coalesce(sum(e.amount), 0)::int FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
      JOIN ledger_accounts a ON a.id = e.account_id
      WHERE t.order_id = o.id AND a.code = 'provider_clearing:sandbox') AS cleared
  FROM orders o WHERE o.id = $1`;

/**
 * A shop whose worker moves only when it is told to, and a hand on the provider: what is held there is not answered until it is
 * let go, so that its outcome is unknown.
 */
export async function moneyIn(api: Api) {
  // It is given up before the database gives up whoever waits for what is held.
  Object.assign(api.app.get(SandboxProvider, { strict: false }), { timeoutMs: 400 });
  const provider = new Client({ connectionString: api.settings.DATABASE_URL });
  await provider.connect();
  const own = (kind: string, { id }: WithId, amount: number) =>
    provider.query(
      `INSERT INTO sandbox.operations (attempt_id, payment_id, kind, amount, currency, payment_method, outcome)
       VALUES (gen_random_uuid(), $1, $2, $3, 'EUR', 'till_test', 'succeeded')`,
      [decodeId('pay', id), kind, amount],
    );
  const staff = await api.admin();
  const operate = <T>(path: string, body: object = {}) => api.post<T>(path, { token: staff.token, body });

  return {
    /** The provider keeps silent about what is asked of this payment from now on. */
    hold: async ({ id }: WithId) => {
      await provider.query('BEGIN');
      await provider.query('SELECT FROM sandbox.operations WHERE payment_id = $1 FOR UPDATE', [decodeId('pay', id)]);
    },
    letGo: () => provider.query('COMMIT'),
    /** The provider refuses to give this payment back, or to capture what it holds of it. */
    refuseRefunds: (payment: WithId, amount: number) => own('dispute', payment, amount),
    refuseCaptures: (payment: WithId, amount: number) => own('void', payment, amount),
    /** It does so no longer. */
    consent: ({ id }: WithId) =>
      provider.query(`DELETE FROM sandbox.operations WHERE payment_id = $1 AND payment_method = 'till_test'`, [
        decodeId('pay', id),
      ]),
    /** The worker asks what became of what is unknown, so many seconds from now. */
    resolve: async (seconds = 6) => {
      await api.passTime(seconds);
      await api.app.get(AttemptResolver, { strict: false }).resolveDue(fail);
    },
    /** The worker looks at what orders owe, so many seconds from now. */
    giveBack: async (seconds = 0) => {
      await api.passTime(seconds);
      await api.app.get(DueReturns, { strict: false }).returnDue(fail);
    },
    readWebhooks: () => api.app.get(WebhookProcessor, { strict: false }).processDue(),
    capture: (payment: WithId, body: object = {}) => operate<PaymentBody>(`/v1/payments/${payment.id}/captures`, body),
    cancel: (order: WithId) => operate<OrderBody>(`/v1/orders/${order.id}/cancellation`),
    fulfil: (order: WithId) => operate<{ code?: string }>(`/v1/orders/${order.id}/fulfillments`),
    figures: async ({ id }: WithId) => (await api.sql(FIGURES, [decodeId('ord', id)]))[0],
    /** Bystanders of the database, for rows that are held. */
    session: provider,
    leave: () => provider.end(),
  };
}

export type Money = Awaited<ReturnType<typeof moneyIn>>;
