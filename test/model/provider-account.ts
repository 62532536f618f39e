import { randomUUID } from 'node:crypto';
import type { SettlementLine } from '../../src/payments/providers/provider.js';
import type { SettlementKind } from '../../src/payments/domain/statement-kinds.js';
import type { StatementView } from './commands.js';
import type { Till } from './till.js';

const DAY_MS = 86_400_000;
export const dayOf = (time: Date): string => time.toISOString().slice(0, 10);
export const dayAfter = (day: string, days: number): string => dayOf(new Date(Date.parse(day) + days * DAY_MS));

/** A line, and whether it is one of the sandbox's own movements. */
export type Line = SettlementLine & { readonly ofOrder: string | null };

/** What a line adds to the provider's debt, as providers count it: nothing here is Till's. */
const signs: Partial<Record<SettlementKind, 1 | -1>> = {
  capture: 1,
  refund: -1,
  refund_reversal: 1,
  dispute: -1,
  dispute_reversal: 1,
  fee: -1,
  fee_refund: 1,
  payout: -1,
  topup: 1,
  other_debit: -1,
};
export const effectOf = ({ kind, amount }: Pick<Line, 'kind' | 'amount'>): number => signs[kind]! * amount;
export const sumOf = (lines: readonly Line[]): number => lines.reduce((sum, line) => sum + effectOf(line), 0);

/** The sandbox's movements of some customers. A delayed charge is made three seconds after it was asked for. */
const MOVEMENTS = `
  SELECT o.attempt_id AS id, CASE o.kind WHEN 'charge' THEN 'capture' ELSE o.kind END AS kind, o.payment_id AS payment,
    p.order_id AS "ofOrder", o.amount, o.currency,
    CASE WHEN o.kind IN ('charge', 'capture', 'refund') THEN o.attempt_id::text WHEN o.kind = 'refund_reversal' THEN
      (SELECT w.body::jsonb #>> '{data,attempt}' FROM sandbox.webhooks w WHERE w.id = o.attempt_id) END AS "attemptId"
  FROM sandbox.operations o JOIN payments p ON p.id = o.payment_id
  WHERE p.customer_id = ANY($1)
    AND o.kind IN ('charge', 'capture', 'refund', 'refund_reversal', 'dispute', 'dispute_reversal')
    AND (o.outcome = 'succeeded' OR o.outcome = 'pending' AND o.payment_method = 'pm_pending' AND o.created_at < now() - interval '3 seconds')
  ORDER BY o.attempt_id`;
/**
 * Orders with a dispute that was won, and of which Till took up the loss after that first: the win was outdated then. Once for each such win.
 */
const OUTDATED = `
  SELECT p.order_id AS "ofOrder" FROM sandbox.operations o JOIN payments p ON p.id = o.payment_id JOIN sandbox.webhooks w ON w.id = o.attempt_id
  WHERE p.customer_id = ANY($1) AND o.kind = 'dispute_reversal'
    AND NOT EXISTS (SELECT FROM provider_events e WHERE e.provider = 'sandbox' AND e.provider_event_id = w.body::jsonb #>> '{data,id}')
    AND EXISTS (SELECT FROM sandbox.webhooks l JOIN sandbox.operations taken ON taken.attempt_id = l.id
      WHERE l.payment_id = w.payment_id AND l.movement = 'dispute' AND l.id > w.id
        AND l.body::jsonb #>> '{data,dispute}' = w.body::jsonb #>> '{data,dispute}')`;
interface Movement {
  readonly id: string;
  readonly kind: SettlementKind;
  readonly payment: string;
  readonly ofOrder: string;
  readonly amount: number;
  readonly currency: string;
  readonly attemptId: string | null;
}

/** A provider's account with the shop, of one run: its movements on three days, and the fees and payouts that it makes of them. */
export class ProviderAccount {
  /** What the provider has booked by itself. */
  private readonly booked: Line[] = [];
  private readonly charged = new Set<string>();
  /** Lines that it has shown once, and so always shows. */
  private readonly shown = new Set<string>();

  constructor(
    private readonly till: Till,
    private readonly customers: readonly string[],
    private readonly currency: string,
    /** The day, in UTC, on which the run began. */
    readonly day: string,
  ) {}

  /** Everything on the account. */
  async lines(): Promise<Line[]> {
    const movements = await this.till.sql<Movement>(MOVEMENTS, [this.customers]);
    return [...movements.map((one) => this.lineOf(one)), ...this.booked];
  }

  /**
   * Movements of disputes that are at the provider alone, as `kind order`: money that was released and withheld again before Till heard of
   * the first. A statement says neither of which dispute of a payment a line is nor in which turn.
   */
  async unheard(): Promise<string[]> {
    const wins = await this.till.sql<{ ofOrder: string }>(OUTDATED, [this.customers]);
    return wins.flatMap(({ ofOrder }) => [`dispute ${ofOrder}`, `dispute_reversal ${ofOrder}`]);
  }

  /** What the provider shows of one day, and on the days around it. */
  async show(
    date: string,
    view: StatementView,
  ): Promise<{ readonly lines: Line[]; readonly totals: Map<string, number>; readonly withdrawn: readonly Line[] }> {
    const all = await this.lines();
    const ofDay = all.filter((line) => dayOf(line.settledAt) === date);
    if (view === 'strange') ofDay.push(this.book(this.strange(), date));
    const withdrawn =
      view === 'withdrawn' ? this.booked.filter((l) => ofDay.includes(l) && this.shown.has(l.id)).slice(0, 2) : [];
    const stays = ofDay.filter((line) => !withdrawn.includes(line));
    const visible = view === 'half' ? stays.filter((line, n) => n % 2 === 0 || this.shown.has(line.id)) : stays;
    for (const { id } of visible) this.shown.add(id);
    const lines = changed(visible, view);
    const total = sumOf(lines) + (view === 'sum' ? 3 : 0);
    const others = all.filter((line) => dayOf(line.settledAt) !== date && this.shown.has(line.id));
    return { lines: [...lines, ...others], totals: new Map([[this.currency, total]]), withdrawn };
  }

  /** Takes a fee for each capture, gives some back for each refund, and pays out what there is; or takes what is missing. */
  async close(date: string): Promise<void> {
    for (const { id, kind, amount, settledAt } of await this.lines()) {
      if ((kind !== 'capture' && kind !== 'refund') || this.charged.has(id) || dayOf(settledAt) > date) continue;
      this.charged.add(id);
      this.book({ kind: kind === 'capture' ? 'fee' : 'fee_refund', amount: Math.floor(amount / 70) + 25 }, date);
    }
    const balance = sumOf(await this.lines());
    if (balance !== 0) this.book({ kind: balance > 0 ? 'payout' : 'topup', amount: Math.abs(balance) }, date);
  }

  private strange(): Pick<Line, 'kind' | 'amount'> {
    const isForeign = this.booked.length % 2 === 0;
    return isForeign ? { kind: 'capture', amount: 700 } : { kind: 'other_debit', amount: 7 };
  }

  private book({ kind, amount }: Pick<Line, 'kind' | 'amount'>, date: string): Line {
    const id = `${kind}_${randomUUID()}`;
    const reference = kind === 'capture' ? `others_${id}` : null;
    const settledAt = new Date(Date.parse(date) + DAY_MS - 1);
    const about = { attemptId: null, ofOrder: null, reference, type: kind };
    const line: Line = { id, kind, amount, currency: this.currency, settledAt, ...about };
    this.booked.push(line);
    return line;
  }

  /** Most movements are settled on their day; some on the day before or after, by the provider's own clock. */
  private lineOf({ id, payment, attemptId, ...rest }: Movement): Line {
    const shift = [-1, 0, 0, 1][Number.parseInt(id.at(-1)!, 16) % 4]!;
    const settledAt = new Date(Date.parse(dayAfter(this.day, shift)) + DAY_MS / 2);
    return {
      ...rest,
      id: `sbx_${id}`,
      type: rest.kind,
      attemptId: attemptId as never,
      reference: `sbx_${payment}`,
      settledAt,
    };
  }
}

/** The first movement with a wrong amount, or twice. */
function changed(lines: readonly Line[], view: StatementView): Line[] {
  const at = lines.findIndex(({ attemptId, kind }) => attemptId !== null && kind !== 'refund_reversal');
  if (at < 0 || (view !== 'wrong' && view !== 'twice')) return [...lines];
  const line = lines[at]!;
  if (view === 'twice') return [...lines, line];
  return lines.with(at, { ...line, amount: line.amount + 1 });
}
