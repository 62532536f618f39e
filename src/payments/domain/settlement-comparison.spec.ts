import { describe, expect, it } from 'vitest';
import { frozen } from '../../../test/support/frozen.js';
import { type AttemptId, type LedgerTransactionId, newId, type OrderId } from '../../shared/ids.js';
import type { ClearedEntry } from '../../ledger/index.js';
import { compareSettlements, type EnrichedSettlementLine } from './settlement-comparison.js';

const today = new Date('2026-03-31T12:00:00Z');
const yesterday = new Date('2026-03-30T12:00:00Z');
const isOfDay = (time: Date) => time.toISOString().startsWith('2026-03-31');

/** A line and the ledger transaction that belongs to it. */
function pair(
  line: Partial<EnrichedSettlementLine> = {},
  entry: Partial<ClearedEntry> = {},
): [EnrichedSettlementLine, ClearedEntry] {
  const attemptId = newId<'att'>();
  const orderId = newId<'ord'>();
  const names = { attemptId, referenceId: attemptId, lineReference: null, orderId, reference: null };
  return [
    {
      id: `line_${attemptId}`,
      kind: 'capture',
      type: 'sale',
      ...names,
      isForeign: false,
      amount: 1000,
      currency: 'EUR',
      settledAt: today,
      ...line,
    },
    {
      transactionId: newId<'txn'>(),
      kind: 'capture',
      referenceId: attemptId,
      orderId,
      currency: 'EUR',
      amount: 1000,
      postedAt: today,
      ...entry,
    },
  ];
}
const day = { isOfDay, fromStatement: new Set<LedgerTransactionId>() };
const unnamed = { attemptId: null, referenceId: null };
const reasons = (lines: readonly EnrichedSettlementLine[], entries: readonly ClearedEntry[]) =>
  compareSettlements(frozen(lines), frozen(entries), day).differences.map(({ reason, kind }) => [reason, kind]);

describe('A statement and the ledger agree', () => {
  it.each([
    ['on a capture', pair()],
    ['on a refund', pair({ kind: 'refund' }, { kind: 'refund', amount: -1000 })],
    ['on a dispute', pair({ kind: 'dispute' }, { kind: 'dispute_opened', amount: -1000 })],
    ['on a dispute that was won', pair({ kind: 'dispute_reversal' }, { kind: 'dispute_won' })],
    ['on a fee', pair({ kind: 'fee' }, { kind: 'provider_fee', amount: -1000 })],
    ['on a payout', pair({ kind: 'payout' }, { kind: 'payout', amount: -1000 })],
    ['on a line that names only its payment', pair(unnamed)],
    ['on what was posted a day later', pair({ settledAt: yesterday })],
  ])('%s', (_, [line, entry]) => {
    expect(reasons([line], [entry])).toEqual([]);
  });

  it('on several lines that name only their payment, whatever their order', () => {
    const orderId = newId<'ord'>();
    const some = [300, 200, 100].map((amount) => pair({ ...unnamed, orderId, amount }, { orderId, amount }));
    const lines = some.map(([line]) => line);
    expect(
      reasons(
        lines.toReversed(),
        some.map(([, entry]) => entry),
      ),
    ).toEqual([]);
  });
});

describe('A difference is named', () => {
  it.each<[string, [EnrichedSettlementLine, ClearedEntry], string[]]>([
    ['amount', pair({ amount: 999 }), ['amount_differs', 'capture']],
    ['amount of a line that names only its payment', pair({ ...unnamed, amount: 999 }), ['amount_differs', 'capture']],
    ['currency', pair({ currency: 'USD' }), ['currency_differs', 'capture']],
    ['direction', pair({ kind: 'refund' }, { kind: 'refund' }), ['amount_differs', 'refund']],
    [
      'amount of a fee',
      pair({ kind: 'fee', amount: 1 }, { kind: 'provider_fee', amount: -2 }),
      ['amount_differs', 'fee'],
    ],
  ])('%s', (_, [line, entry], difference) => {
    expect(reasons([line], [entry])).toEqual([difference]);
  });

  it('missing in the ledger, or at the provider', () => {
    const [line, entry] = pair();
    expect(reasons([line], [])).toEqual([['missing_in_ledger', 'capture']]);
    expect(reasons([], [entry])).toEqual([['missing_at_provider', 'capture']]);
    const stranger = { ...line, ...unnamed, orderId: newId<'ord'>() as OrderId };
    expect(reasons([stranger], [entry])).toEqual([
      ['missing_in_ledger', 'capture'],
      ['missing_at_provider', 'capture'],
    ]);
  });

  it('missing alone, where another line of its order has the only amount that is left', () => {
    const orderId = newId<'ord'>();
    const [[missing], [line, entry]] = [10, 50].map((amount) => {
      const made = pair({ ...unnamed, orderId, amount }, { orderId, amount });
      return [{ ...made[0], settledAt: new Date(today.getTime() + amount) }, made[1]] as const;
    }) as [[EnrichedSettlementLine], [EnrichedSettlementLine, ClearedEntry]];
    const { differences } = compareSettlements([missing, line], [entry], day);
    expect(differences).toMatchObject([{ reason: 'missing_in_ledger', line: { amount: 10 } }]);
  });

  it('twice, without taking what belongs to another line of its order', () => {
    const orderId = newId<'ord'>();
    const [[line, entry], [other, otherEntry]] = [1, 2].map(() => pair({ ...unnamed, orderId }, { orderId })) as [
      [EnrichedSettlementLine, ClearedEntry],
      [EnrichedSettlementLine, ClearedEntry],
    ];
    expect(reasons([line, line, other], [entry, otherEntry])).toEqual([['duplicate', 'capture']]);
  });

  it('a line twice, and one operation settled twice; the first one is right', () => {
    const [line, entry] = pair();
    expect(reasons([line, line], [entry])).toEqual([['duplicate', 'capture']]);
    const again = { ...line, id: 'again', settledAt: new Date(today.getTime() + 1) };
    expect(compareSettlements([again, line], [entry], day).differences).toMatchObject([
      { reason: 'duplicate', key: 'settlement:again', line: { id: 'again' } },
    ]);
    expect(reasons([{ ...line, settledAt: yesterday }, again], [entry])).toEqual([['duplicate', 'capture']]);
  });

  it('each time that the statement repeats a line, under a key of its own', () => {
    const [line, entry] = pair();
    const { differences } = compareSettlements([line, line, line, line], [entry], day);
    expect(differences.map(({ reason, effect }) => `${reason} ${effect}`)).toEqual(Array(3).fill('duplicate 1000'));
    expect(new Set(differences.map(({ key }) => key)).size).toBe(3);
  });

  it('only on its own day', () => {
    const [line, entry] = pair({ settledAt: yesterday, amount: 1 }, { postedAt: yesterday });
    expect(reasons([line], [])).toEqual([]);
    expect(reasons([], [entry])).toEqual([]);
    expect(reasons([line], [entry])).toEqual([]);
  });

  it.each([
    ['a fee', 'fee', 'provider_fee', -1000],
    ['money that a person posted', 'other_credit', 'difference', 1000],
    ['money that a person posted and that left', 'other_debit', 'difference', -1000],
  ] as const)('missing at the provider, where the day had it: %s', (_, kind, ledger, amount) => {
    const [line, entry] = pair({ kind }, { kind: ledger, amount });
    const fromStatement = new Set([entry.transactionId]);
    const found = (lines: readonly EnrichedSettlementLine[]) =>
      compareSettlements(lines, [entry], { isOfDay: () => false, fromStatement }).differences;
    expect(found([])).toMatchObject([{ reason: 'missing_at_provider', kind, line: null, entry, effect: 0 }]);
    expect(found([{ ...line, lineReference: entry.referenceId }])).toEqual([]);
    expect(compareSettlements([], [entry], day).differences).toEqual([]);
  });

  it('missing at the provider in both currencies of a conversion', () => {
    const [, entry] = pair({}, { kind: 'conversion', amount: -1000 });
    const into = { ...entry, currency: 'USD', amount: 1160 };
    const fromStatement = new Set([entry.transactionId]);
    const { differences } = compareSettlements([], [entry, into], { isOfDay, fromStatement });
    expect(differences.map(({ kind }) => kind)).toEqual(['conversion_out', 'conversion_in']);
    expect(new Set(differences.map(({ key }) => key)).size).toBe(2);
  });

  it('under the same key each time', () => {
    const [line, entry] = pair();
    const other = pair({ attemptId: newId<'att'>() as AttemptId });
    const keys = () => compareSettlements([line], [other[1]], day).differences.map(({ key }) => key);
    expect(keys()).toEqual([`settlement:${line.id}`, `ledger:${other[1].transactionId}`]);
    expect(keys()).toEqual(keys());
    expect(entry.transactionId).not.toBe(other[1].transactionId);
  });
});
