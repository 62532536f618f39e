import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Reconciler } from '../../../src/payments/index.js';
import { SandboxProvider } from '../../../src/payments/providers/sandbox/sandbox.provider.js';
import { DailyReconciliation } from '../../../src/payments/reconciliation/reconciliation.schedule.js';
import { Clock } from '../../../src/shared/clock.js';
import { decodeId, encodeId, newId } from '../../../src/shared/ids.js';
import { type Api, type Person, startApi, startWorker } from '../../support/api.js';
import type { AccountBody, PageBody, PaymentBody, ProductBody } from '../../support/bodies.js';
import { runCli } from '../../support/build.js';
import { problemIn } from '../../support/problem.js';

interface DifferenceBody {
  readonly id: string;
  readonly reason: string;
  readonly state: string;
  readonly kind: string;
  readonly orderId: string | null;
  readonly provider: { readonly amount: number } | null;
  readonly ledger: { readonly amount: number } | null;
  readonly note: string | null;
  readonly actorId: string | null;
}
interface ReconciliationBody {
  readonly id: string;
  readonly provider: string;
  readonly date: string;
  readonly state: string;
  readonly runs: number;
  readonly counts: { readonly open: number; readonly explained: number; readonly resolved: number };
  readonly differences: readonly DifferenceBody[];
}

let api: Api;
let shopper: Person;
let finance: Person;
let mug: ProductBody;
beforeEach(async () => {
  api = await startApi();
  [shopper, finance, mug] = await Promise.all([api.person(), api.person('finance'), api.product(1000)]);
});
afterEach(async () => {
  assert.equal((await api.proof()).balanced, true);
  await api.close();
});

const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);
const today = () => dayOf(Date.now());
const yesterday = () => dayOf(Date.now() - 86_400_000);

const paid = async (amount = 1000): Promise<PaymentBody> => {
  const { body } = await api.place(shopper, [{ productId: mug.id, quantity: amount / 1000 }]);
  return (await api.pay(shopper, body)).body;
};
const reconcile = (date = today()) => api.app.get(Reconciler).run('sandbox', date, () => undefined);
const listed = async (query = '') =>
  (await api.get<PageBody<ReconciliationBody>>(`/v1/reconciliations${query}`, finance)).body.data;
const theOne = async () => (await listed())[0]!;
const resolve = (day: ReconciliationBody, differenceId: string | undefined, given: object = {}, person = finance) =>
  api.post<Record<string, unknown>>(`/v1/reconciliations/${day.id}/resolutions`, {
    token: person.token,
    body: { differenceId, state: 'explained', note: 'The bank was closed', ...given },
  });
const balances = async (currency = 'EUR') => {
  const { data } = (await api.get<PageBody<AccountBody>>(`/v1/ledger/accounts?currency=${currency}`, finance)).body;
  return Object.fromEntries(data.map(({ code, balance }) => [code, balance]));
};
/** Changes the sandbox's books behind its back. */
const sandbox = (change: string, { id }: { id: string }) =>
  api.sql(`UPDATE sandbox.operations SET ${change} WHERE payment_id = $1`, [decodeId('pay', id)]);
const unknownCharge = () =>
  api.sql(
    `INSERT INTO sandbox.operations (attempt_id, payment_id, kind, amount, currency, payment_method, outcome)
     VALUES ($1, $2, 'charge', 700, 'EUR', 'pm_ok', 'succeeded')`,
    [newId(), newId()],
  );
const events = () => api.sql(`SELECT data FROM events WHERE type = 'reconciliation.difference_found' ORDER BY id`);

describe('A reconciliation', () => {
  it('finds nothing where both sides agree', async () => {
    const payment = await paid();
    await api.refund(finance, payment, { amount: 300 });
    expect(await reconcile()).toMatchObject({ settlements: 2, entries: 2, differences: 0, posted: 0 });
    expect(await theOne()).toMatchObject({ provider: 'sandbox', date: today(), state: 'resolved', differences: [] });
    expect(await events()).toEqual([]);
  });

  it('finds and names what differs, once, and tells of it', async () => {
    const [wrong, foreign, lost] = [await paid(), await paid(2000), await paid(3000)];
    await sandbox('amount = amount - 1', wrong);
    await sandbox(`currency = 'USD'`, foreign);
    await sandbox(`outcome = 'declined'`, lost);
    await unknownCharge();
    const [first, again] = [await reconcile(), await reconcile()];
    expect(first).toMatchObject({ differences: 4, found: 4, gone: 0 });
    expect(again).toMatchObject({ id: first.id, differences: 4, found: 0, gone: 0 });
    const day = await theOne();
    expect(day).toMatchObject({ state: 'open', runs: 2, counts: { open: 4, explained: 0, resolved: 0 } });
    const named = day.differences.map(({ reason, kind, orderId, provider, ledger }) => [
      reason,
      kind,
      orderId,
      provider?.amount,
      ledger?.amount,
    ]);
    expect(named).toEqual(
      expect.arrayContaining([
        ['amount_differs', 'capture', wrong.orderId, 999, 1000],
        ['currency_differs', 'capture', foreign.orderId, 2000, 2000],
        ['missing_at_provider', 'capture', lost.orderId, undefined, 3000],
        ['missing_in_ledger', 'capture', null, 700, undefined],
      ]),
    );
    const byReason = { amount_differs: 1, currency_differs: 1, missing_at_provider: 1, missing_in_ledger: 1 };
    expect(await events()).toMatchObject([{ data: { provider: 'sandbox', date: today(), found: 4, byReason } }]);
  });

  it('misses a refund in each run, also when the statement has a return of it that differs', async () => {
    await api.refund(finance, await paid(), { amount: 300 });
    const provider = api.app.get(SandboxProvider, { strict: false });
    const list = provider.listSettlements.bind(provider);
    provider.listSettlements = async (range) => {
      const { lines } = await list(range);
      const returned = { kind: 'refund_reversal', amount: 299 } as const;
      const changed = lines.map((line) => (line.kind === 'refund' ? { ...line, ...returned } : line));
      return { lines: changed, totals: new Map([['EUR', 1299]]) };
    };
    expect(await reconcile()).toMatchObject({ differences: 2, found: 2 });
    expect(await reconcile()).toMatchObject({ differences: 2, found: 0, gone: 0 });
    const found = (await theOne()).differences.map(({ reason, kind }) => `${reason} ${kind}`);
    expect(found.toSorted()).toEqual(['missing_at_provider refund', 'missing_in_ledger refund_reversal']);
  });

  it('pairs a movement once with lines of two days that name only the payment', async () => {
    const order = (await api.place(shopper, [{ productId: mug.id, quantity: 1 }])).body;
    await api.pay(shopper, order, { paymentMethod: 'pm_webhook_duplicate' });
    const provider = api.app.get(SandboxProvider, { strict: false });
    const [line] = (await provider.listSettlements({ from: new Date(0), to: new Date(Date.now() + 1000) })).lines;
    const earlier = new Date(line!.settledAt.getTime() - 86_400_000);
    const both = [
      { ...line!, attemptId: null, isOurs: true },
      { ...line!, attemptId: null, isOurs: true, id: 'sbx_other', settledAt: earlier },
    ];
    provider.listSettlements = async ({ from, to }) => {
      const lines = both.filter(({ settledAt }) => settledAt >= from && settledAt < to);
      return { lines, totals: new Map([['EUR', 1000 * lines.length]]) };
    };
    expect(await reconcile(dayOf(earlier.getTime()))).toMatchObject({ differences: 0 });
    expect(await reconcile(dayOf(line!.settledAt.getTime()))).toMatchObject({ differences: 1 });
    const found = (await theOne()).differences.map(({ reason, kind }) => `${reason} ${kind}`);
    expect(found).toEqual(['missing_in_ledger capture']);
  });

  it('finds each repetition of a line that the statement has three times, and the same ones again', async () => {
    await paid();
    const provider = api.app.get(SandboxProvider, { strict: false });
    const list = provider.listSettlements.bind(provider);
    provider.listSettlements = async (range) => {
      const { lines } = await list(range);
      return { lines: [...lines, ...lines, ...lines], totals: new Map([['EUR', 3000]]) };
    };
    expect(await reconcile()).toMatchObject({ settlements: 3, differences: 2, found: 2 });
    expect(await reconcile()).toMatchObject({ settlements: 3, differences: 2, found: 0, gone: 0 });
    expect((await theOne()).differences.map(({ reason }) => reason)).toEqual(['duplicate', 'duplicate']);
  });

  it('resolves by itself what a later run finds gone, and opens it again when it is back', async () => {
    const payment = await paid();
    const change = (amount: number) => sandbox(`amount = ${amount}`, payment);
    await change(1);
    await reconcile();
    await change(1000);
    expect(await reconcile()).toMatchObject({ differences: 0, gone: 1 });
    expect(await theOne()).toMatchObject({
      state: 'resolved',
      differences: [{ state: 'resolved', note: 'Till: a later run found it gone.', actorId: null }],
    });
    await change(1);
    expect(await reconcile()).toMatchObject({ differences: 1, found: 1 });
    expect(await theOne()).toMatchObject({ state: 'open', differences: [{ state: 'open' }] });
    expect(await events()).toHaveLength(2);
  });

  it('is the same for 5 at once', async () => {
    await sandbox('amount = 1', await paid());
    const runs = await Promise.allSettled(Array.from({ length: 5 }, () => reconcile()));
    expect(runs.some(({ status }) => status === 'fulfilled')).toBe(true);
    expect(await theOne()).toMatchObject({ counts: { open: 1, explained: 0, resolved: 0 } });
    expect(await events()).toHaveLength(1);
  });

  it('posts fees and payouts once, so that nothing stays on the clearing account', async () => {
    const [first, second] = [await paid(1000), await paid(3000)];
    await api.refund(finance, second, { amount: 500 });
    for (const payment of [first, second]) await sandbox(`created_at = created_at - interval '1 day'`, payment);
    // 1.4 % of 10.00 is 0.14, of 30.00 is 0.42; 0.25 each.
    expect(await reconcile(yesterday())).toMatchObject({ settlements: 5, posted: 2, differences: 0 });
    const after = { provider_fees: 106, payouts: 3394, sales: -4000, refunds: 500, 'provider_clearing:sandbox': 0 };
    expect(await balances()).toEqual(after);
    await Promise.all([reconcile(yesterday()).catch(() => undefined), reconcile(yesterday()).catch(() => undefined)]);
    expect(await reconcile(yesterday())).toMatchObject({ posted: 0, differences: 0 });
    expect(await reconcile(today())).toMatchObject({ posted: 0, differences: 0 });
    expect(await balances()).toEqual(after);
  });

  it('posts and pairs a payout above the limit of an order', async () => {
    const car = await api.product(10, { price: { amount: 600_000_000_000, currency: 'IDR' } });
    for (const customer of [shopper, await api.person()]) {
      const { body } = await api.place(customer, [{ productId: car.id, quantity: 1 }]);
      const payment = await api.pay(customer, body);
      expect(payment).toMatchObject({ status: 201, body: { status: 'captured', amount: 600_000_000_000 } });
      await sandbox(`created_at = created_at - interval '1 day'`, payment.body);
    }
    const fees = 2 * (8_400_000_000 + 25);
    const day = { settlements: 4, differences: 0 };
    expect(await reconcile(yesterday())).toMatchObject({ ...day, posted: 2 });
    expect(await reconcile(yesterday())).toMatchObject({ ...day, posted: 0 });
    expect(await balances('IDR')).toMatchObject({
      provider_fees: fees,
      payouts: 1_200_000_000_000 - fees,
      sales: -1_200_000_000_000,
      'provider_clearing:sandbox': 0,
    });
    expect(await theOne()).toMatchObject({ state: 'resolved', differences: [] });
  });

  it('posts no fee that finance has posted under its reference', async () => {
    await sandbox(`created_at = created_at - interval '1 day'`, await paid());
    const body = {
      currency: 'EUR',
      postings: [{ debit: 'provider_fees', credit: 'payouts', amount: 39 }],
      reason: 'Fee',
      reference: `sandbox:fee_${yesterday()}_EUR`,
    };
    expect((await api.post('/v1/ledger/transactions', { token: finance.token, body })).status).toBe(201);
    expect(await reconcile(yesterday())).toMatchObject({ posted: 1 });
    expect((await theOne()).differences).toMatchObject([{ reason: 'missing_in_ledger', kind: 'fee' }]);
  });

  it('misses a fee and foreign money that were posted and that the provider takes out of its statement, and no line that moves to another day', async () => {
    await sandbox(`created_at = created_at - interval '1 day'`, await paid());
    const provider = api.app.get(SandboxProvider, { strict: false });
    const from = new Date(Date.parse(yesterday()));
    const { lines } = await provider.listSettlements({ from, to: new Date(from.getTime() + 86_400_000) });
    const [fee, payout] = ['fee', 'payout'].map((kind) => lines.find((line) => line.kind === kind)!);
    const foreign = { ...lines[0]!, id: 'sbx_foreign', attemptId: null, reference: 'sbx_of_others', amount: 700 };
    let shown = [...lines, foreign];
    provider.listSettlements = async (range) => {
      const ofRange = shown.filter(({ settledAt }) => settledAt >= range.from && settledAt < range.to);
      const sum = ofRange.reduce((net, { kind, amount }) => net + (kind === 'capture' ? amount : -amount), 0);
      return { lines: ofRange, totals: new Map([['EUR', sum]]) };
    };
    expect(await reconcile(yesterday())).toMatchObject({ posted: 2, differences: 1 });
    const { id, differences } = await theOne();
    const body = { differenceId: differences[0]!.id, account: 'foreign_money', note: 'Of the other shop' };
    const posted = await api.post(`/v1/reconciliations/${id}/postings`, { token: finance.token, body });
    expect(posted.status).toBe(201);
    expect(await reconcile(yesterday())).toMatchObject({ posted: 0, differences: 0 });

    const later = new Date(payout!.settledAt.getTime() + 86_400_000);
    shown = lines
      .filter((line) => line !== fee)
      .map((line) => (line === payout ? { ...line, settledAt: later } : line));
    expect(await reconcile(yesterday())).toMatchObject({ posted: 0, differences: 2, found: 2 });
    expect(await reconcile(today())).toMatchObject({ posted: 0, differences: 0 });
    const missing = (await listed()).flatMap((day) => day.differences).filter(({ state }) => state === 'open');
    expect(missing.map(({ reason, kind, ledger }) => `${reason} ${kind} ${ledger?.amount}`).toSorted()).toEqual([
      `missing_at_provider fee ${fee!.amount}`,
      'missing_at_provider other_credit 700',
    ]);
    shown = [...lines, foreign];
    expect(await reconcile(yesterday())).toMatchObject({ posted: 0, differences: 0, gone: 2 });
  });

  it('posts no dispute as money of others while its payment may be one whose reference Till does not know, or learned since', async () => {
    const order = (await api.place(shopper, [{ productId: mug.id, quantity: 1 }])).body;
    const { body: payment } = await api.pay(shopper, order, { paymentMethod: 'pm_timeout_charged' });
    await api.sql(
      `INSERT INTO sandbox.operations (attempt_id, payment_id, kind, amount, currency, payment_method, outcome)
       VALUES ($1, $2, 'dispute', 1000, 'EUR', 'pm_ok', 'succeeded')`,
      [newId(), decodeId('pay', payment.id)],
    );
    await reconcile();
    const { id, differences } = await theOne();
    const dispute = differences.find(({ kind }) => kind === 'dispute')!;
    expect(dispute).toMatchObject({ reason: 'foreign' });
    const body = { differenceId: dispute.id, account: 'foreign_money', note: 'Of the other shop' };
    const post = () => api.post(`/v1/reconciliations/${id}/postings`, { token: finance.token, body });
    const refused = { status: 409, body: { code: 'difference_not_postable' } };
    expect(await post()).toMatchObject(refused);
    const toPayment = [decodeId('pay', payment.id)];
    await api.sql(`UPDATE payments SET reference = 'sbx_' || id WHERE id = $1`, toPayment);
    expect(await post()).toMatchObject(refused);
    await api.sql(`UPDATE payments SET reference = 'sbx_another' WHERE id = $1`, toPayment);
    expect(await post()).toMatchObject({ status: 201 });
  });

  it('counts no delayed charge before it has its money', async () => {
    const { body } = await api.place(shopper, [{ productId: mug.id, quantity: 1 }]);
    await api.pay(shopper, body, { paymentMethod: 'pm_pending' });
    expect(await reconcile()).toMatchObject({ settlements: 0, differences: 0 });
  });
});

describe('GET /v1/reconciliations', () => {
  it('lists newest first, by provider and state, page by page', async () => {
    await sandbox('amount = 1', await paid());
    await reconcile(yesterday());
    await reconcile(today());
    expect((await listed()).map(({ date, state }) => [date, state])).toEqual([
      [today(), 'open'],
      [yesterday(), 'resolved'],
    ]);
    expect(await listed('?provider=sandbox&state=open')).toMatchObject([{ date: today() }]);
    expect(await listed('?state=resolved')).toMatchObject([{ date: yesterday() }]);
    expect(await listed('?provider=stripe')).toEqual([]);
    const page = (await api.get<PageBody<ReconciliationBody>>('/v1/reconciliations?limit=1', finance)).body;
    expect(await listed(`?limit=1&cursor=${page.nextCursor}`)).toMatchObject([{ date: yesterday() }]);
  });

  it('shows one, and all its differences', async () => {
    for (let count = 0; count < 22; count++) await unknownCharge();
    await reconcile();
    const { id } = await theOne();
    const one = await api.get<ReconciliationBody>(`/v1/reconciliations/${id}`, finance);
    expect(one).toMatchObject({ status: 200, body: { id, counts: { open: 22 } } });
    expect(one.body.differences).toHaveLength(20);
    const unchanged = { 'if-none-match': one.headers.get('etag')! };
    expect((await api.get(`/v1/reconciliations/${id}`, finance, unchanged)).status).toBe(304);
    const path = `/v1/reconciliations/${id}/differences?limit=100`;
    expect((await api.get<PageBody<DifferenceBody>>(path, finance)).body.data).toHaveLength(22);
    expect((await api.get<PageBody<DifferenceBody>>(`${path}&state=explained`, finance)).body.data).toEqual([]);
    expect((await api.get(`/v1/reconciliations/${encodeId('rcn', newId())}/differences`, finance)).status).toBe(404);
  });

  it('needs ledger:read', async () => {
    expect((await api.get('/v1/reconciliations', shopper)).status).toBe(403);
    expect((await api.get('/v1/reconciliations', await api.person('support'))).status).toBe(403);
  });
});

describe('POST /v1/reconciliations/:id/resolutions', () => {
  it('explains, then resolves; what a person resolved stays so while it is still there', async () => {
    await unknownCharge();
    await reconcile();
    const day = await theOne();
    const difference = day.differences[0]?.id;
    const explained = await resolve(day, difference);
    expect(explained).toMatchObject({
      status: 201,
      body: { differenceId: difference, state: 'explained', note: 'The bank was closed', actorId: finance.id },
    });
    expect(await theOne()).toMatchObject({
      state: 'explained',
      differences: [{ state: 'explained', note: 'The bank was closed', actorId: finance.id }],
    });
    const again = await resolve(day, difference);
    expect(problemIn(again)).toMatchObject({ status: 409, code: 'invalid_transition' });
    expect(await resolve(day, difference, { state: 'resolved', note: 'Written off' })).toMatchObject({ status: 201 });
    expect(await reconcile()).toMatchObject({ differences: 1, found: 0 });
    expect(await theOne()).toMatchObject({ state: 'resolved', differences: [{ note: 'Written off' }] });
    const rows = await api.sql('SELECT state FROM reconciliation_resolutions ORDER BY id');
    expect(rows).toEqual([{ state: 'explained' }, { state: 'resolved' }]);
    await expect(api.sql('DELETE FROM reconciliation_resolutions')).rejects.toMatchObject({ code: '23001' });
  });

  it.each(['explained', 'resolved'])(
    'reopens what a person %s when its amounts change, with the new amounts',
    async (state) => {
      const payment = await paid(2000);
      await sandbox('amount = 1999', payment);
      await reconcile();
      const day = await theOne();
      await resolve(day, day.differences[0]?.id, { state });
      expect(await reconcile()).toMatchObject({ differences: 1, found: 0 });
      expect(await theOne()).toMatchObject({ differences: [{ state, note: 'The bank was closed' }] });
      await sandbox('amount = 1500', payment);
      expect(await reconcile()).toMatchObject({ differences: 1, found: 1, gone: 0 });
      const note = 'Till: a later run found other amounts.';
      expect(await theOne()).toMatchObject({
        state: 'open',
        counts: { open: 1, explained: 0, resolved: 0 },
        differences: [
          { id: day.differences[0]?.id, state: 'open', note, provider: { amount: 1500 }, ledger: { amount: 2000 } },
        ],
      });
      expect(await events()).toHaveLength(2);
      expect((await resolve(day, day.differences[0]?.id, { state })).status).toBe(201);
      expect(await reconcile()).toMatchObject({ found: 0 });
      expect(await theOne()).toMatchObject({ state });
    },
  );

  it('shows the amounts of the latest run, also of what is open and of what is back', async () => {
    const payment = await paid(2000);
    const shown = async (amount: number) => {
      await sandbox(`amount = ${amount}`, payment);
      await reconcile();
      return (await theOne()).differences.map(({ state, provider }) => [state, provider?.amount]);
    };
    expect(await shown(1)).toEqual([['open', 1]]);
    expect(await shown(2)).toEqual([['open', 2]]);
    expect(await shown(2000)).toEqual([['resolved', 2]]);
    expect(await shown(3)).toEqual([['open', 3]]);
  });

  it('refuses what is not there, what is not said and who may not', async () => {
    await unknownCharge();
    await reconcile();
    const day = await theOne();
    const difference = day.differences[0]?.id;
    expect(problemIn(await resolve(day, encodeId('rcd', newId())))).toMatchObject({ status: 404 });
    expect(problemIn(await resolve({ ...day, id: encodeId('rcn', newId()) }, difference))).toMatchObject({
      status: 404,
    });
    for (const given of [{ note: ' ' }, { state: 'open' }, { differenceId: 'rcd_1' }])
      expect(problemIn(await resolve(day, difference, given))).toMatchObject({ status: 400 });
    expect(problemIn(await resolve(day, difference, {}, shopper))).toMatchObject({ status: 403 });
    expect(await theOne()).toMatchObject({ state: 'open' });
  });
});

describe('The worker', () => {
  it('reads the last three days again, because a provider may add lines later', async () => {
    await paid();
    const worker = await startWorker(api);
    try {
      const tick = async (days: number) => {
        worker.get(Clock).now = () => new Date(Date.now() + days * 86_400_000);
        await worker.get(DailyReconciliation).tick();
        return (await listed()).find(({ date }) => date === today());
      };
      expect(await tick(1)).toMatchObject({ runs: 1, state: 'resolved' });
      expect(await tick(2)).toMatchObject({ runs: 2, state: 'resolved' });
      await unknownCharge();
      expect(await tick(2)).toMatchObject({ runs: 2, state: 'resolved' });
      expect(await tick(3)).toMatchObject({ runs: 3, state: 'open' });
    } finally {
      await worker.close();
    }
  });

  it('reconciles each day once it is over, and again while it differs', async () => {
    const payment = await paid();
    await sandbox('amount = 1', payment);
    const worker = await startWorker(api);
    try {
      const tick = async (days: number) => {
        worker.get(Clock).now = () => new Date(Date.now() + days * 86_400_000);
        await worker.get(DailyReconciliation).tick();
      };
      await tick(1);
      expect(await listed()).toMatchObject([{ date: today(), runs: 1, state: 'open' }]);
      const metrics = await (await fetch(`${await worker.getUrl()}/metrics`)).text();
      expect(metrics).toMatch(/till_reconciliation_differences_open\{provider="sandbox",reason="amount_differs"\} 1/);
      await tick(1);
      expect(await theOne()).toMatchObject({ runs: 1 });
      await sandbox('amount = 1000', payment);
      await tick(3);
      const days = [2, 1, 0].map((after) => ({ date: dayOf(Date.now() + after * 86_400_000), state: 'resolved' }));
      expect(await listed()).toMatchObject(days);
      expect((await listed())[2]).toMatchObject({ runs: 2 });
    } finally {
      await worker.close();
    }
  });
});

const run = (...args: string[]) => runCli(['reconcile', ...args], { ...api.settings, LOG_LEVEL: 'info' });

describe('till reconcile', () => {
  it('prints what it found, and says what is wrong with what it was asked', async () => {
    await unknownCharge();
    const { stdout, stderr } = await run('--provider', 'sandbox', '--date', today());
    expect(JSON.parse(stdout)).toMatchObject({ provider: 'sandbox', date: today(), settlements: 1, found: 1 });
    expect(stderr).toContain('the statement has 1 line(s)');
    expect(JSON.parse((await run('-p', 'sandbox', '-d', today())).stdout)).toMatchObject({ differences: 1, found: 0 });
    await expect(run('-p', 'nobody', '-d', today())).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--provider must be one of') as string,
    });
    for (const day of ['2026-02-30', '0001-01-01']) {
      await expect(run('-p', 'sandbox', '-d', day)).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringContaining('--date must be a day') as string,
      });
    }
  }, 120_000);
});
