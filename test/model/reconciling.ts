import { effectOf, type Line, sumOf } from './provider-account.js';

/** What the ledger has on the provider's account: one transaction. */
export interface Entry {
  readonly id: string;
  readonly kind: string;
  readonly referenceId: string;
  readonly reference: string | null;
  /** Minor units; positive if the provider owes us more after it. */
  readonly amount: number;
  /** Whether it was posted on the day that is compared. */
  readonly isOfDay: boolean;
}

/** A difference that a run finds, by its reason and what it is about. */
export interface Found {
  readonly name: string;
  readonly provider: number | null;
  readonly ledger: number | null;
}

/** A difference as it was recorded. */
export interface Recorded extends Found {
  readonly state: 'open' | 'explained' | 'resolved';
  /** Whether a person changed it last. */
  readonly byPerson: boolean;
}

/** Disputes name no attempt, so that it is open which of several is which while some are on their way. */
const isExact = ({ attemptId, ofOrder }: Line) => attemptId !== null || ofOrder === null;
const postings = ['fee', 'fee_refund', 'payout', 'topup'];
/** Ledger transactions that a statement names by their attempts. */
const named = ['capture', 'refund', 'refund_reversal'];

/**
 * The differences of a day, by the model alone. `lines`: those shown of it; `others`: those of the days around; `withdrawn`: those that the
 * provider showed of the day and takes back.
 */
export function differencesOf(
  lines: readonly Line[],
  others: readonly Line[],
  total: number,
  currency: string,
  entries: readonly Entry[],
  listed: ReadonlySet<string>,
  withdrawn: readonly Line[],
): Found[] {
  const entryOf = ({ id, kind, attemptId }: Line) =>
    entries.find((entry) =>
      attemptId === null ? entry.reference === `sandbox:${id}` : entry.kind === kind && entry.referenceId === attemptId,
    );
  const seen = new Set<string>();
  const found = lines.filter(isExact).flatMap((line): Found[] => {
    const name = (reason: string) => `${reason} settlement:${line.id}`;
    const entry = entryOf(line);
    const both = { provider: line.amount, ledger: entry ? Math.abs(entry.amount) : null };
    if (seen.has(line.id)) return [{ name: name('duplicate'), ...both }];
    seen.add(line.id);
    if (!entry) return [{ name: name(missing(line)), ...both }];
    return entry.amount === effectOf(line) ? [] : [{ name: name('amount_differs'), ...both }];
  });
  const claimed = new Set([...lines, ...others].map(entryOf));
  const isWithdrawn = (entry: Entry) => withdrawn.some((line) => entryOf(line) === entry);
  const lost = entries
    .filter((entry) => isWithdrawn(entry) || (named.includes(entry.kind) && entry.isOfDay && !claimed.has(entry)))
    .filter(({ kind, referenceId }) => !listed.has(`${kind} ${referenceId}`))
    .map(({ id, amount }) => ({ name: `missing_at_provider ledger:${id}`, provider: null, ledger: Math.abs(amount) }));
  const rest = total - sumOf(lines);
  const ofTotal = { name: `total_differs total:${currency}`, provider: Math.abs(rest), ledger: null };
  return [...found, ...lost, ...(rest === 0 ? [] : [ofTotal])];
}

function missing({ kind, attemptId }: Line): string {
  if (kind === 'other_debit') return 'unknown_kind';
  return attemptId === null ? 'foreign' : 'missing_in_ledger';
}

/** What becomes of the differences of a day when a run finds these. */
export function recordedAfter(known: readonly Recorded[], found: readonly Found[]): Recorded[] {
  const fresh = found.filter(({ name }) => !known.some((one) => one.name === name));
  const after = known.map((one): Recorded => {
    const now = found.find(({ name }) => name === one.name);
    if (!now) return one.state === 'resolved' ? one : { ...one, state: 'resolved', byPerson: false };
    const isSame = now.provider === one.provider && now.ledger === one.ledger;
    const isGone = one.state === 'resolved' && !one.byPerson;
    const reopens = isGone || (!isSame && one.state !== 'open');
    return { ...now, ...(reopens ? { state: 'open', byPerson: false } : { state: one.state, byPerson: one.byPerson }) };
  });
  return [...after, ...fresh.map((one): Recorded => ({ ...one, state: 'open', byPerson: false }))];
}

/** How often each line that only the statement reports must be in the ledger, with what it moves. */
export const postedOnce = (lines: readonly Line[]): string[] =>
  lines.filter(({ kind }) => postings.includes(kind)).map((line) => `${line.id} ${effectOf(line)}`);
