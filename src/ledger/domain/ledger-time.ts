import type { LedgerTransactionId } from '../../shared/ids.js';

// A ledger transaction's time is the one inside its id (UUIDv7: milliseconds since 1970 in the first 48 bits; RFC 9562,
// section 5.7), so that what was posted until a moment is a range of ids, and the index on ids finds it.

const HOUR_MS = 3_600_000;

/** Later than every id. */
export const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff' as LedgerTransactionId;

/** When the transaction was posted. */
export const timeOf = (id: LedgerTransactionId): Date =>
  new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));

/** What was posted until a moment: whole hours before `hour`, and in it the ids from `first` to `last`. */
export interface Until {
  /** Hours since 1970. */
  readonly hour: number;
  readonly first: LedgerTransactionId;
  readonly last: LedgerTransactionId;
}

/** Everything there is: all hours, and no id beside them. */
const ALWAYS: Until = { hour: 2 ** 31 - 1, first: LAST_ID, last: LAST_ID };

/** Until the end of that millisecond; without a moment, everything. */
export function until(at: Date | undefined): Until {
  if (!at) return ALWAYS;
  const hour = Math.floor(at.getTime() / HOUR_MS);
  return { hour, first: boundary(hour * HOUR_MS, '0'), last: boundary(at.getTime(), 'f') };
}

/** The ids of what was posted from `from` (inclusive) to `to` (exclusive). */
export function idsBetween(from: Date, to: Date): readonly [first: LedgerTransactionId, last: LedgerTransactionId] {
  return [boundary(from.getTime(), '0'), boundary(to.getTime() - 1, 'f')];
}

function boundary(milliseconds: number, filler: '0' | 'f'): LedgerTransactionId {
  const hex = milliseconds.toString(16).padStart(12, '0') + filler.repeat(20);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') as LedgerTransactionId;
}
