import { Stripe } from 'stripe';
import { afterAll, describe, expect, it } from 'vitest';
import { Reconciler } from '../../../src/payments/index.js';
import { decodeId } from '../../../src/shared/ids.js';
import type { AccountBody, DisputeBody, PageBody, PaymentBody } from '../../support/bodies.js';
import { api, finance, place, refundsOf, scenario, shopper } from '../../support/scenario.js';
import { StripeStub } from '../../../tools/provider-kit/stripe/stub.js';

const SECRET = 'whsec_e2e_statements';
const PATIENCE = { timeout: 20_000 };

let stub: StripeStub;
const env = async () => {
  stub = await StripeStub.start();
  return { STRIPE_WEBHOOK_SECRETS: SECRET, STRIPE_SECRET_KEY: stub.secretKey, STRIPE_API_URL: stub.url };
};
scenario({ env, worker: true, people: ['shopper', 'finance'], mugs: 1000, unchecked: true });
afterAll(() => stub?.close());

interface ListedDifference {
  readonly reason: string;
  readonly kind: string;
  readonly provider: { readonly settlementId: string; readonly type: string; readonly amount: number } | null;
}
interface Day {
  readonly id: string;
  readonly totals: readonly object[];
}

const pay = async () =>
  (await api.pay(shopper, await place(), { provider: 'stripe', paymentMethod: 'pm_card_visa' })).body;
const intentOf = ({ id }: PaymentBody) =>
  [...stub.account.intents.kept.values()].find(({ intent }) => intent.metadata['till_payment'] === id)!.intent;
const transactions = () => stub.account.journal.transactions;
const reconcile = () => api.app.get(Reconciler).run('stripe', new Date().toISOString().slice(0, 10), () => undefined);
const day = async () => (await api.get<PageBody<Day>>('/v1/reconciliations?provider=stripe', finance)).body.data[0]!;
/** What is listed of these balance transactions. */
const listed = async (ids: readonly string[]) => {
  const { id } = await day();
  const path = `/v1/reconciliations/${id}/differences?limit=100&state=open`;
  const { data } = (await api.get<PageBody<ListedDifference>>(path, finance)).body;
  return data.filter(({ provider }) => ids.some((one) => provider?.settlementId.startsWith(one)));
};
const balances = async (currency: string) => {
  const { data } = (await api.get<PageBody<AccountBody>>(`/v1/ledger/accounts?currency=${currency}`, finance)).body;
  return Object.fromEntries(data.map(({ code, balance }) => [code, balance]));
};
const proofOf = async (name: string) => (await api.proof()).checks.find((check) => check.name === name)!;
/** The balance transactions that `work` leads to. */
async function moving(work: () => Promise<unknown>): Promise<string[]> {
  const before = transactions().length;
  await work();
  return transactions()
    .slice(before)
    .map(({ id }) => id);
}

/** Sends every webhook about the intent; returns what became of all of them once they were read. */
async function deliverAll(intent: string): Promise<readonly unknown[]> {
  const events = stub.account.journal.events.filter(({ about }) => about === intent);
  for (const { raw } of events) {
    const signature = new Stripe('sk').webhooks.generateTestHeaderString({ payload: raw.toString(), secret: SECRET });
    const headers = { 'content-type': 'application/json', 'stripe-signature': signature };
    const sent = { method: 'POST', headers, body: new Uint8Array(raw) };
    expect((await fetch(`${api.url}/v1/providers/stripe/webhooks`, sent)).status).toBe(200);
  }
  const states = `SELECT DISTINCT state FROM provider_webhooks WHERE raw LIKE $1 ORDER BY state`;
  const read = () => api.sql(states, [Buffer.from(`%${intent}%`)]);
  await expect.poll(read, PATIENCE).not.toContainEqual({ state: 'received' });
  return (await read()).map(({ state }) => state);
}

const other = (type: string, category: string, amount: number, fee = 0) =>
  stub.account.moveOther(type, category, amount, 'eur', fee);
const change = (sql: string) => api.sql(`UPDATE ${sql}`);
const disputesOf = async ({ id }: PaymentBody) =>
  (await api.get<PageBody<DisputeBody>>(`/v1/payments/${id}/disputes`, finance)).body.data;
const disputeEntries = ({ orderId }: PaymentBody) =>
  api.sql(
    `SELECT t.kind, a.code, e.amount::int FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
     JOIN ledger_accounts a ON a.id = e.account_id WHERE t.order_id = $1 AND t.kind LIKE 'dispute%' AND e.amount > 0 ORDER BY t.id`,
    [decodeId('ord', orderId)],
  );

describe('A statement of Stripe', () => {
  it('is posted or listed, each line of it, and adds up', async () => {
    const ids = await moving(async () => {
      await pay();
      stub.account.payOut(5000, 'eur');
      other('payout_failure', 'payout_reversal', 5000);
      other('topup', 'topup', 2000);
      other('reserve_transaction', 'risk_reserved_funds', -500);
      other('reserve_transaction', 'risk_reserved_funds', 200);
      other('stripe_fee', 'fee', 70);
      other('stripe_fee', 'fee', -30);
      other('contribution', 'contribution', -50);
      other('adjustment', 'other_adjustment', -700);
      other('payment_failure_refund', 'charge_failure', -300, 15);
      other('of_tomorrow', 'of_tomorrow', 20);
    });
    const total = { currency: 'EUR', statement: 1655, posted: 2685, differing: -1030 };
    expect(await reconcile()).toMatchObject({ posted: 9, differences: 4, found: 4, totals: [total] });
    expect((await day()).totals).toEqual([total]);
    expect(await balances('EUR')).toMatchObject({
      sales: -1000,
      provider_fees: 40 - 70 + 30 + 15,
      // A payout that bounced is not paid.
      payouts: 5000 - 5000 - 2000,
      provider_reserves: 500 - 200,
      'provider_clearing:stripe': 2685,
    });
    const named = (await listed(ids)).map(({ reason, kind, provider }) =>
      [reason, kind, provider!.type, provider!.amount].join(' '),
    );
    expect(named.toSorted()).toEqual([
      'unknown_kind other_credit of_tomorrow 20',
      'unknown_kind other_debit adjustment 700',
      'unknown_kind other_debit contribution 50',
      'unknown_kind other_debit payment_failure_refund 300',
    ]);
    expect(await reconcile()).toMatchObject({ posted: 0, differences: 4, found: 0, totals: [total] });
    expect(await api.proof()).toMatchObject({ balanced: true });
  });

  it('that does not add up is refused by the database, and found by the proof', async () => {
    await reconcile();
    await expect(change('reconciliation_totals SET posted = posted + 1')).rejects.toMatchObject({
      constraint: 'statement_is_posted_or_differs',
    });
    expect(await proofOf('statements_add_up')).toMatchObject({ holds: true });
    await change('reconciliation_differences SET effect = effect + 1 WHERE effect = 20');
    expect(await proofOf('statements_add_up')).toMatchObject({ holds: false });
    await change('reconciliation_differences SET effect = effect - 1 WHERE effect = 21');
    expect(await proofOf('statements_add_up')).toMatchObject({ holds: true });
  });

  it('has a refund and the return of its money, as the ledger has', async () => {
    const ids = await moving(async () => {
      const payment = await pay();
      await api.refund(finance, payment, { amount: 300 });
      const { id } = intentOf(payment);
      stub.account.refunds.fail(
        stub.account.refunds.kept.find(({ payment_intent: of }) => of === id)!,
        stub.asStripe(),
      );
      expect(await deliverAll(id)).not.toContain('quarantined');
      await expect.poll(() => refundsOf(payment), PATIENCE).toMatchObject([{ status: 'failed' }]);
    });
    expect(ids).toHaveLength(3);
    await reconcile();
    expect(await listed(ids)).toEqual([]);
  });

  it('of an account in another currency closes both, with the rate in the ledger', async () => {
    const before = (await balances('EUR'))['provider_clearing:stripe']!;
    stub.account.journal.settles = { currency: 'usd', rates: { eur: 1.16 } };
    const ids = await moving(async () => {
      const payment = await pay();
      await api.refund(finance, payment, { amount: 500 });
      // 11.60 less 0.42 of fees and 5.80 of the refund.
      stub.account.payOut(538, 'usd');
    });
    stub.account.journal.settles = undefined;
    await reconcile();
    expect(await listed(ids)).toEqual([]);
    expect((await balances('EUR'))['provider_clearing:stripe']).toBe(before);
    expect(await balances('EUR')).toMatchObject({ conversions: 500 });
    expect(await balances('USD')).toMatchObject({
      'provider_clearing:stripe': 0,
      conversions: -580,
      provider_fees: 42,
      payouts: 538,
    });
    const reasons = await api.sql(`SELECT reason FROM ledger_transactions WHERE kind = 'conversion' ORDER BY reason`);
    expect(reasons.map(({ reason }) => reason)).toEqual([
      '10.00 EUR became 11.60 USD at 1.16',
      '5.80 USD became 5.00 EUR at 0.862068965517',
    ]);
    expect((await day()).totals).toContainEqual({ currency: 'USD', statement: 0, posted: 0, differing: 0 });
    expect(await api.proof()).toMatchObject({ balanced: true });
  });
});

describe('A dispute of Stripe', () => {
  it('of more than is left is booked, lost, and then won, with its fees', async () => {
    const payment = await pay();
    const { id: intent } = intentOf(payment);
    await api.refund(finance, payment, { amount: 400 });
    const { refunds } = stub.account;
    const feesBefore = (await balances('EUR'))['provider_fees']!;
    const ids = await moving(async () => {
      const { id } = refunds.dispute(intent, stub.asStripe(), 1000);
      expect(await deliverAll(intent)).toEqual(['applied', 'ignored']);
      expect(await disputesOf(payment)).toMatchObject([{ status: 'open', amount: 1000, coveredAmount: 600 }]);
      expect((await api.refund(finance, payment)).status).toBe(409);
      refunds.decide(id, 'lost', stub.asStripe());
      expect(await deliverAll(intent)).toEqual(['applied', 'ignored']);
      expect(await disputesOf(payment)).toMatchObject([{ status: 'lost' }]);
      expect(await api.orderOf({ id: payment.orderId })).toMatchObject({ paymentStatus: 'charged_back' });
      await reconcile();
      expect((await balances('EUR'))['provider_fees']).toBe(feesBefore + 40 + 2000);
      refunds.decide(id, 'won', stub.asStripe());
      expect(await deliverAll(intent)).toEqual(['applied', 'ignored']);
    });
    expect(await disputesOf(payment)).toMatchObject([{ status: 'won', amount: 1000, coveredAmount: 600 }]);
    expect(await disputeEntries(payment)).toEqual([
      { kind: 'dispute_opened', code: 'disputes', amount: 1000 },
      { kind: 'dispute_lost', code: 'dispute_losses', amount: 1000 },
      { kind: 'dispute_won', code: 'provider_clearing:stripe', amount: 1000 },
    ]);
    await reconcile();
    expect(await listed(ids)).toEqual([]);
    // The fee of the charge stays; Stripe has given that of the dispute back.
    expect((await balances('EUR'))['provider_fees']).toBe(feesBefore + 40);
    expect(await api.refund(finance, payment)).toMatchObject({ status: 201, body: { amount: 600 } });
    expect(await api.proof()).toMatchObject({ balanced: true });
  });
});

describe('What another system does on the same account', () => {
  it('is recognised once, and listed once', async () => {
    const { hostname: host, port } = new URL(stub.url);
    const stranger = new Stripe(stub.secretKey, { host, port, protocol: 'http' });
    let intent = '';
    const ids = await moving(async () => {
      const created = await stranger.paymentIntents.create({
        amount: 7000,
        currency: 'eur',
        payment_method: 'pm_card_visa',
        automatic_payment_methods: { enabled: true },
      });
      intent = created.id;
      await stranger.paymentIntents.confirm(intent, { return_url: 'https://other.example' });
      await stranger.refunds.create({ payment_intent: intent, amount: 1500 });
      stub.account.refunds.dispute(intent, stub.asStripe(), 2000);
    });
    const before = stub.requests.length;
    expect(await deliverAll(intent)).toEqual(['ignored']);
    const asked = stub.requests.slice(before).filter((line) => line.includes(intent));
    expect(asked).toEqual([`GET /v1/payment_intents/${intent}`]);
    const reasons = `SELECT DISTINCT reason FROM provider_webhooks WHERE type LIKE '%dispute%' AND raw LIKE $1`;
    expect(await api.sql(reasons, [Buffer.from(`%${intent}%`)])).toEqual([
      { reason: 'another system made this payment' },
    ]);
    await reconcile();
    await reconcile();
    const found = (await listed(ids)).map(({ reason, kind, provider }) => `${reason} ${kind} ${provider!.amount}`);
    expect(found.toSorted()).toEqual(['foreign capture 7000', 'foreign dispute 2000', 'foreign refund 1500']);
    expect(await api.proof()).toMatchObject({ balanced: true });
  });
});
