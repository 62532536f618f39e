import { describe, expect, it } from 'vitest';
import { frozen } from '../../../test/support/frozen.js';
import { nextOperation, sumsOf, type TaxPosition, type WantedOperation } from './tax-report.js';

const group = (net: number, tax: number, rate = '20') => ({ country: 'GB', category: 'S', rate, net, tax }) as const;
const commit: WantedOperation = { kind: 'commit', groups: [group(100, 20), group(50, 2, '5')] };
const sold = (...due: TaxPosition['due']): TaxPosition => ({ state: 'sold', due });
const next = (before: readonly WantedOperation[], position: TaxPosition) =>
  nextOperation(frozen(before), frozen(position));

describe('What the tax provider is told next', () => {
  it('is nothing of an order that is not sold', () => {
    expect(next([], { state: 'open', due: commit.groups })).toBeUndefined();
    expect(next([], { state: 'cancelled', due: commit.groups })).toBeUndefined();
  });

  it('is the sale, once', () => {
    expect(next([], sold(...commit.groups))).toEqual(commit);
    expect(next([commit], sold(...commit.groups))).toBeUndefined();
  });

  it('is by how much each group fell', () => {
    const position = sold(group(40, 8), group(50, 2, '5'));
    const refund = { kind: 'refund', groups: [group(60, 12)] } as const;
    expect(next([commit], position)).toEqual(refund);
    expect(next([commit, refund], position)).toBeUndefined();
    expect(next([commit, refund], sold(group(40, 8), group(0, 0, '5')))).toEqual({
      kind: 'refund',
      groups: [group(50, 2, '5')],
    });
  });

  it('takes nothing back twice when an amount rises again', () => {
    const refund = { kind: 'refund', groups: [group(60, 12)] } as const;
    expect(next([commit, refund], sold(...commit.groups))).toBeUndefined();
  });

  it('voids a cancelled order as a whole, once', () => {
    const cancelled: TaxPosition = { state: 'cancelled', due: commit.groups };
    const voided = { kind: 'void', groups: [] } as const;
    expect(next([commit], cancelled)).toEqual(voided);
    expect(next([commit, voided], { ...cancelled, due: [] })).toBeUndefined();
  });

  it('returns the rest of a cancelled order of which a part was returned', () => {
    const refund = { kind: 'refund', groups: [group(60, 12)] } as const;
    const rest = { kind: 'refund', groups: [group(40, 8), group(50, 2, '5')] };
    expect(next([commit, refund], { state: 'cancelled', due: commit.groups })).toEqual(rest);
  });
});

it('The sums of groups have the tax in the gross', () => {
  expect(sumsOf(commit.groups)).toEqual({ gross: 172, tax: 22 });
  expect(sumsOf([])).toEqual({ gross: 0, tax: 0 });
});
