import type { LedgerTransactionId } from '../../shared/ids.js';

// The time of a ledger transaction is the one in its id (UUIDv7: milliseconds since 1970 in the first 48 bits; RFC 9562,
// section 5.7), so the transactions up to a time are a range of ids, which the index on ids finds.

const HOUR_MS = 3_600_000;

/** After every id. */
export const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff' as LedgerTransactionId;

/** When the transaction was posted. */
export const timeOf = (id: LedgerTransactionId): Date =>
  new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));

/** All transactions up to a time: whole hours before `hour`, and in that hour the ids from `first` to `last`. */
export interface Until {
  /** Hours since 1970. */
  readonly hour: number;
  readonly first: LedgerTransactionId;
  readonly last: LedgerTransactionId;
}

/** All transactions: all hours, and no further ids. */
const ALWAYS: Until = { hour: 2 ** 31 - 1, first: LAST_ID, last: LAST_ID };

/** Up to the end of that millisecond; without a time, everything. */
export function until(at: Date | undefined): Until {
  if (!at) return ALWAYS;
  const hour = Math.floor(at.getTime() / HOUR_MS);
  return { hour, first: boundary(hour * HOUR_MS, '0'), last: boundary(at.getTime(), 'f') };
}

/** The range of ids of transactions from `from` (inclusive) to `to` (exclusive). */
export function idsBetween(from: Date, to: Date): readonly [first: LedgerTransactionId, last: LedgerTransactionId] {
  return [boundary(from.getTime(), '0'), boundary(to.getTime() - 1, 'f')];
}

function boundary(milliseconds: number, filler: '0' | 'f'): LedgerTransactionId {
  const hex = milliseconds.toString(16).padStart(12, '0') + filler.repeat(20);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') as LedgerTransactionId;
}
