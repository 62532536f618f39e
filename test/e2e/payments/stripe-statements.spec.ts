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
  readonly id: string;
  readonly reason: string;
  readonly kind: string;
  readonly provider: { readonly settlementId: string; readonly type: string; readonly amount: number } | null;
}
interface Day {
  readonly id: string;
  readonly date: string;
  readonly totals: readonly object[];
}

const pay = async () =>
  (await api.pay(shopper, await place(), { provider: 'stripe', paymentMethod: 'pm_card_visa' })).body;
const intentOf = ({ id }: PaymentBody) =>
  [...stub.account.intents.kept.values()].find(({ intent }) => intent.metadata['till_payment'] === id)!.intent;
const transactions = () => stub.account.journal.transactions;
const reconcile = (daysAgo = 0) => {
  const date = new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
  return api.app.get(Reconciler).run('stripe', date, () => undefined);
};
const day = async () => {
  const { data } = (await api.get<PageBody<Day>>('/v1/reconciliations?provider=stripe', finance)).body;
  return data.find(({ date }) => date === new Date().toISOString().slice(0, 10))!;
};
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
      other('payment_reversal', 'payment_reversal', -300, 15);
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
      'unknown_kind other_debit payment_reversal 300',
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

  it('has a direct debit before the bank decides: it is listed until then, and posted with its failure', async () => {
    const before = await balances('EUR');
    const debit = async () => {
      const { body } = await api.pay(shopper, await place(), {
        provider: 'stripe',
        paymentMethod: 'pm_usBankAccount_success',
      });
      expect(body).toMatchObject({ status: 'processing' });
      const kept = stub.account.intents.get(intentOf(body).id);
      const ids = await moving(async () => stub.account.intents.submitDebit(kept));
      return { payment: body, kept, ids };
    };
    const [failing, paying] = [await debit(), await debit()];
    const both = [...failing.ids, ...paying.ids];
    await reconcile();
    expect((await listed(both)).map(({ reason, kind }) => `${reason} ${kind}`)).toEqual(
      Array(2).fill('missing_in_ledger capture'),
    );

    stub.account.intents.authorize(paying.kept, stub.asStripe());
    await deliverAll(paying.kept.intent.id);
    expect(await api.paymentOf(paying.payment)).toMatchObject({ status: 'captured' });
    const failure = await moving(async () => stub.account.intents.failDebit(failing.kept, stub.asStripe()));
    await deliverAll(failing.kept.intent.id);
    expect(await api.paymentOf(failing.payment)).toMatchObject({ status: 'declined', capturedAmount: 0 });
    await reconcile();
    expect(await listed([...both, ...failure])).toEqual([]);
    const after = await balances('EUR');
    expect(after).toMatchObject({ uncaptured: 0, sales: before['sales']! - 1000 });
    expect(after['provider_clearing:stripe']).toBe(before['provider_clearing:stripe']! + 1000 - 15);
    expect(await api.proof()).toMatchObject({ balanced: true });
  });

  it('of another week has a direct debit that is captured now', async () => {
    const { body: payment } = await api.pay(shopper, await place(), {
      provider: 'stripe',
      paymentMethod: 'pm_usBankAccount_success',
    });
    const kept = stub.account.intents.get(intentOf(payment).id);
    stub.account.intents.submitDebit(kept);
    const line = transactions().at(-1)!;
    Object.assign(line, { created: line.created - 6 * 86_400 });
    expect(await reconcile(6)).toMatchObject({ differences: 1 });
    stub.account.intents.authorize(kept, stub.asStripe());
    await deliverAll(kept.intent.id);
    expect(await api.paymentOf(payment)).toMatchObject({ status: 'captured' });
    expect(await reconcile(6)).toMatchObject({ differences: 0, gone: 1 });
    await reconcile();
    const { id } = await day();
    const all = await api.get<PageBody<ListedDifference>>(`/v1/reconciliations/${id}/differences?limit=100`, finance);
    expect(all.body.data.filter(({ reason }) => reason === 'missing_at_provider')).toEqual([]);
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

  it('that is nothing in the currency of the account is posted like any other', async () => {
    const before = (await balances('EUR'))['provider_clearing:stripe']!;
    stub.account.journal.settles = { currency: 'usd', rates: { eur: 0.4 } };
    const ids = await moving(async () => {
      await api.refund(finance, await pay(), { amount: 1 });
    });
    stub.account.journal.settles = undefined;
    await reconcile();
    expect(await listed(ids)).toEqual([]);
    expect((await balances('EUR'))['provider_clearing:stripe']).toBe(before);
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

    stub.account.journal.ahead = 10;
    const again = await moving(async () => {
      refunds.decide(refunds.disputes.at(-1)!.id, 'lost', stub.asStripe());
      expect(await deliverAll(intent)).toEqual(['applied', 'ignored']);
    });
    expect(await disputesOf(payment)).toMatchObject([{ status: 'lost', coveredAmount: 600 }]);
    expect(await api.orderOf({ id: payment.orderId })).toMatchObject({ paymentStatus: 'charged_back' });
    stub.account.journal.ahead = 20;
    again.push(
      ...(await moving(async () => {
        refunds.decide(refunds.disputes.at(-1)!.id, 'won', stub.asStripe());
        expect(await deliverAll(intent)).toEqual(['applied', 'ignored']);
      })),
    );
    stub.account.journal.ahead = 0;
    await reconcile();
    expect(await listed(again)).toEqual([]);
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

interface PostingBody {
  readonly transactionId: string;
  readonly code?: string;
}

const post = async (differenceId: string, given: object = {}, who = finance) =>
  api.post<PostingBody>(`/v1/reconciliations/${(await day()).id}/postings`, {
    token: who.token,
    body: { differenceId, account: 'foreign_money', note: 'of the other shop', ...given },
  });
const sums = async () => {
  const { totals } = (await day()) as unknown as { totals: { posted: number; differing: number }[] };
  return totals.map(({ posted, differing }) => [posted, differing])[0]!;
};
const foreignMoney = async () => (await balances('EUR'))['foreign_money'] ?? 0;

describe('Foreign or unknown money', () => {
  it('is posted to an account by a person, each line once, whoever is first', async () => {
    const ids = await moving(async () => void other('contribution', 'contribution', -50));
    await reconcile();
    const [difference] = await listed(ids);
    const [before, [posted, differing]] = [await balances('EUR'), await sums()];
    const both = await Promise.all([post(difference!.id), post(difference!.id, { account: 'adjustments' })]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    const [won, lost] = both.toSorted((one, another) => one.status - another.status);
    expect(lost!.body).toMatchObject({ code: 'difference_posted' });
    expect(won!.body).toMatchObject({ credit: 'provider_clearing:stripe', amount: 50, currency: 'EUR' });
    expect(await post(difference!.id)).toMatchObject({ status: 409 });

    const after = await balances('EUR');
    expect(after['provider_clearing:stripe']).toBe(before['provider_clearing:stripe']! - 50);
    expect(await sums()).toEqual([posted! - 50, differing! + 50]);
    expect(await listed(ids)).toEqual([]);
    expect(await reconcile()).toMatchObject({ found: 0 });
    expect(await sums()).toEqual([posted! - 50, differing! + 50]);
    expect(await listed(ids)).toEqual([]);
    const path = `/v1/ledger/transactions/${won!.body.transactionId}`;
    expect((await api.get(path, finance)).body).toMatchObject({ kind: 'difference', reason: 'of the other shop' });
    expect((await api.post(`${path}/reversals`, { token: finance.token, body: { reason: 'no' } })).status).toBe(409);
    expect(await api.proof()).toMatchObject({ balanced: true });
  });

  it('that comes in is a credit, and stays posted when a run is under way meanwhile', async () => {
    const { hostname: host, port } = new URL(stub.url);
    const { paymentIntents } = new Stripe(stub.secretKey, { host, port, protocol: 'http' });
    const ids = await moving(async () => {
      const created = { amount: 7000, currency: 'eur', payment_method: 'pm_card_visa' };
      const { id } = await paymentIntents.create({ ...created, automatic_payment_methods: { enabled: true } });
      await paymentIntents.confirm(id, { return_url: 'https://other.example' });
    });
    await reconcile();
    const [difference] = await listed(ids);
    const before = await foreignMoney();
    const runs = [reconcile(), reconcile()];
    expect(await post(difference!.id)).toMatchObject({ status: 201, body: { credit: 'foreign_money', amount: 7000 } });
    await Promise.allSettled(runs);
    expect(await foreignMoney()).toBe(before - 7000);
    expect(await listed(ids)).toEqual([]);
    expect(await proofOf('statements_add_up')).toMatchObject({ holds: true });
    const sumsThen = await sums();
    await reconcile();
    expect(await sums()).toEqual(sumsThen);
  });

  it('is posted by those who may write to the ledger, to accounts for people; other differences are not posted', async () => {
    const ids = await moving(async () => {
      other('contribution', 'contribution', -60);
      stub.account.journal.move('charge', 'charge', 900, 'eur', null);
    });
    const missing = intentOf(await pay());
    stub.account.journal.move('charge', 'charge', 1000, 'eur', missing.latest_charge);
    await reconcile();
    const [unknown] = await listed(ids);
    expect(await post(unknown!.id, {}, shopper)).toMatchObject({ status: 403 });
    expect(await post(unknown!.id, { account: 'sales' })).toMatchObject({ status: 400 });
    const { id } = await day();
    const all = await api.get<PageBody<ListedDifference>>(`/v1/reconciliations/${id}/differences?limit=100`, finance);
    const repeated = all.body.data.find(({ reason }) => reason === 'duplicate');
    expect(await post(repeated!.id)).toMatchObject({ status: 409, body: { code: 'difference_not_postable' } });
    expect(await api.proof()).toMatchObject({ balanced: true });
  });
});
