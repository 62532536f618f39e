import assert from 'node:assert/strict';
import { encodeId } from '../../src/shared/ids.js';
import { leastUuidv7At } from '../../src/shared/uuid.js';
import { insist } from './client.js';
import type { DifferenceCommand, StatementCommand } from './commands.js';
import { dayAfter, dayOf, effectOf, type Line, ProviderAccount, sumOf } from './provider-account.js';
import { differencesOf, type Entry, postedOnce, type Recorded, recordedAfter } from './reconciling.js';
import type { Till } from './till.js';

const ENTRIES = `
  SELECT t.id, t.kind, t.reference_id AS "referenceId", t.reference, sum(e.amount)::bigint AS amount
  FROM ledger_accounts a JOIN ledger_entries e ON e.account_id = a.id JOIN ledger_transactions t ON t.id = e.transaction_id
  WHERE a.code = 'provider_clearing:sandbox' AND t.id >= $1::uuid
    AND (t.order_id IS NULL OR t.order_id IN (SELECT id FROM orders WHERE customer_id = ANY($2))) GROUP BY t.id ORDER BY t.id`;
const RECORDED = `
  SELECT d.id, d.reconciliation_id AS day, d.reason || ' ' || d.key AS name, d.reason, d.key, d.state, d.kind, d.provider_amount AS provider,
    d.ledger_amount AS ledger, (SELECT c.actor_id IS NOT NULL FROM reconciliation_resolutions c WHERE c.difference_id = d.id
      ORDER BY c.id DESC LIMIT 1) AS "byPerson"
  FROM reconciliation_differences d JOIN reconciliations r ON r.id = d.reconciliation_id
  WHERE r.provider = 'sandbox' AND r.date = $1 AND (d.id >= $2::uuid OR d.state <> 'resolved' OR d.key LIKE 'total:%') ORDER BY d.id`;
const TOTALS = `
  SELECT t.statement, t.posted, t.differing FROM reconciliation_totals t JOIN reconciliations r ON r.id = t.reconciliation_id AND r.runs = t.run
  WHERE r.provider = 'sandbox' AND r.date = $1 AND t.currency = $2`;

interface Row extends Recorded {
  readonly id: string;
  readonly day: string;
  readonly reason: string;
  readonly key: string;
  readonly kind: string;
}

/** The statements of a run: takes them day by day, and holds differences, postings and sums to what the model knows. */
export class Statements {
  private readonly account: ProviderAccount;
  private readonly known = new Map<string, Recorded[]>();
  /** Lines that a run found wanting: `kind attempt`. */
  private readonly listed = new Set<string>();
  private readonly posted = new Map<string, Line>();
  private readonly since: Date;
  /** The least id that the run can have made. */
  private readonly first: string;

  constructor(
    private readonly till: Till,
    private readonly customers: readonly string[],
    private readonly token: string,
    private readonly currency: string,
  ) {
    this.since = new Date();
    this.first = leastUuidv7At(this.since.getTime());
    this.account = new ProviderAccount(till, customers, currency, dayOf(this.since));
  }

  /** Takes a statement, with a fault, and then soundly. Returns whether it told of money that came back. */
  async take({ day, shows, pays, times, fault }: Omit<StatementCommand, 'do'>): Promise<boolean> {
    const date = dayAfter(this.account.day, day);
    if (date > dayOf(this.till.now())) await this.till.passTime(86_400);
    if (pays) await this.account.close(date);
    const known = this.known.get(date) ?? (await this.read(date)).filter(({ key }) => key.startsWith('total:'));
    const { lines: all, totals, withdrawn } = await this.account.show(date, shows);
    const [statement, run] = [{ lines: all, totals }, (f?: typeof fault) => this.run(date, { lines: all, totals }, f)];
    if (fault) await run(fault);
    const errors = await Promise.all(Array.from({ length: times }, () => run()));
    const serious = errors.filter((error) => error && (error as Error).constructor.name !== 'ConcurrentRun');
    assert.deepEqual(serious, [], 'a statement could not be taken');
    if (errors.every(Boolean)) return this.take({ day, shows: 'all', pays: false, times: 1 });
    this.till.note(`statement ${shows}`);
    const lines = statement.lines.filter(({ settledAt }) => dayOf(settledAt) === date);
    await this.judge(
      date,
      known,
      lines,
      all.filter((line) => !lines.includes(line)),
      totals.get(this.currency)!,
      withdrawn,
    );
    return lines.some(({ kind }) => kind === 'refund_reversal');
  }

  private async run(
    date: string,
    statement: { lines: Line[]; totals: Map<string, number> },
    fault?: StatementCommand['fault'],
  ) {
    const orders = await this.till.sql<{ id: string }>('SELECT id FROM orders WHERE customer_id = ANY($1)', [
      this.customers,
    ]);
    return this.till.reconcile(
      { date, statement, since: this.since, orders: new Set(orders.map(({ id }) => id)) },
      fault,
    );
  }

  private async judge(
    date: string,
    known: readonly Recorded[],
    lines: Line[],
    others: Line[],
    total: number,
    withdrawn: readonly Line[],
  ) {
    const entries = await this.entries(date);
    const found = differencesOf(lines, others, total, this.currency, entries, this.listed, withdrawn);
    const expected = recordedAfter(known, found);
    const rows = await this.read(date);
    const actual = rows.filter(
      ({ kind, name }) => !kind.startsWith('dispute') || expected.some((one) => one.name === name),
    );
    assert.deepEqual(texts(actual), texts(expected), `the differences of ${date}`);
    this.known.set(date, expected);
    for (const { kind, attemptId, id } of lines)
      if (attemptId && found.some(({ name }) => name.endsWith(`settlement:${id}`)))
        this.listed.add(`${kind} ${attemptId}`);
    for (const line of lines) if (postedOnce([line]).length > 0) this.posted.set(line.id, line);
    this.assertPosted(entries);
    const [sums] = await this.till.sql<Record<'statement' | 'posted' | 'differing', number>>(TOTALS, [
      date,
      this.currency,
    ]);
    if (lines.length === 0 && !sums) return;
    assert.equal(sums?.statement, total, `the sum of the statement of ${date}`);
    assert.equal(sums.posted + sums.differing, total, `what is posted and what differs of ${date}`);
  }

  /** Each fee and each payout that was shown is in the ledger once. */
  private assertPosted(entries: readonly Entry[]): void {
    const ours = (reference: string | null) => this.posted.get(reference?.slice('sandbox:'.length) ?? '');
    const made = entries
      .filter(({ reference }) => ours(reference))
      .map(({ reference, amount }) => `${ours(reference)!.id} ${amount}`);
    assert.deepEqual(made.toSorted(), postedOnce([...this.posted.values()]).toSorted(), 'what statements posted');
  }

  /** Somebody explains or resolves a difference, or posts strange money to an account. */
  async settle({ difference, as, fault }: Omit<DifferenceCommand, 'do'>): Promise<void> {
    const open = [...this.known].flatMap(([date, all]) =>
      all.filter(({ state }) => state === 'open').map((one) => [date, one] as const),
    );
    const [date, chosen] = open.at(-1 - (difference % Math.max(1, open.length))) ?? [];
    if (!date || !chosen) return;
    const row = (await this.read(date)).find(({ name }) => name === chosen.name)!;
    const posts = as === 'posted' && ['foreign', 'unknown_kind'].includes(row.reason);
    const state = as === 'posted' ? 'resolved' : as;
    const body = {
      differenceId: encodeId('rcd', row.id as never),
      note: 'It is known',
      ...(posts ? { account: 'provider_fees' } : { state }),
    };
    const path = `/v1/reconciliations/${encodeId('rcn', row.day as never)}/${posts ? 'postings' : 'resolutions'}`;
    const answer = await insist(this.till, { path, token: this.token, body, key: this.till.name() }, 0, fault);
    assert.equal(answer.status, 201, answer.text);
    this.till.note(`difference ${posts ? 'posted' : state}`);
    const all = this.known.get(date)!;
    this.known.set(
      date,
      all.map((one) => (one === chosen ? { ...one, state, byPerson: true } : one)),
    );
  }

  /**
   * Everything has come to its end: all days agree, but for money that nobody has posted and wins of disputes that were outdated when Till
   * heard of them, and the ledger has what the provider has.
   */
  async end(): Promise<void> {
    for (const day of [-1, 0, 1]) await this.take({ day, shows: 'all', pays: true, times: 1 });
    // What a day had that another one did not show yet.
    for (const day of [-1, 0, 1]) await this.take({ day, shows: 'all', pays: false, times: 1 });
    const lines = await this.account.lines();
    const entries = await this.entries(this.account.day);
    const strange = lines.filter(
      ({ kind, attemptId, ofOrder }) =>
        attemptId === null && ofOrder === null && postedOnce([{ kind } as Line]).length === 0,
    );
    const left = strange.filter(({ id }) => !entries.some(({ reference }) => reference === `sandbox:${id}`));
    const days = await Promise.all([-1, 0, 1].map((day) => this.read(dayAfter(this.account.day, day))));
    const open = days
      .flat()
      .filter(({ state, key }) => state !== 'resolved' && !left.some(({ id }) => key === `settlement:${id}`));
    const aboutOf = ({ reason, key, kind }: Row) => {
      const line = reason === 'missing_in_ledger' && lines.find(({ id }) => key === `settlement:${id}`);
      return line && kind.startsWith('dispute') ? `${kind} ${line.ofOrder}` : `${reason} ${key}`;
    };
    const unheard = await this.account.unheard();
    for (const about of unheard) this.till.note(`unheard ${about.split(' ')[0]}`);
    assert.deepEqual(open.map(aboutOf).toSorted(), unheard.toSorted(), 'what stays different is not what differs');
    const cleared = entries.reduce((sum, { amount }) => sum + amount, 0);
    const owes = sumOf(lines) - left.reduce((sum, line) => sum + effectOf(line), 0);
    assert.equal(cleared, owes, 'the ledger has something else than the account at the provider');
  }

  private async entries(date: string): Promise<Entry[]> {
    const rows = await this.till.sql<Omit<Entry, 'isOfDay'>>(ENTRIES, [this.first, this.customers]);
    return rows.map((row) => ({ ...row, isOfDay: dayOf(timeOf(row.id)) === date }));
  }

  private read(date: string): Promise<Row[]> {
    return this.till.sql<Row>(RECORDED, [date, this.first]);
  }
}

/** The time in an id (RFC 9562, section 5.7). */
const timeOf = (id: string) => new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));

function texts(all: readonly Recorded[]): string[] {
  return all
    .map(
      ({ name, provider, ledger, state, byPerson }) =>
        `${name} ${provider} ${ledger} ${state}${byPerson ? ' by a person' : ''}`,
    )
    .toSorted();
}
