import { describe, expect, it } from 'vitest';
import { decodeId, newId } from '../../shared/ids.js';
import { accountType, manualCodes, storeCreditCode } from './chart.js';

describe('the chart of accounts', () => {
  it.each([
    ['provider_clearing:sandbox', 'asset'],
    ['store_credit:usr_01h455vb4pex5vsknk084sn02q', 'liability'],
    ['sales', 'revenue'],
    ['provider_fees', 'expense'],
  ] as const)('knows that %s is of type %s', (code, type) => expect(accountType(code)).toBe(type));

  it('keeps people from what payments and customers own', () => {
    const open = [
      'adjustments',
      'conversions',
      'dispute_losses',
      'equity',
      'foreign_money',
      'payouts',
      'provider_fees',
    ];
    expect(manualCodes.toSorted()).toEqual(open);
  });

  it('has one account of store credit for each customer', () => {
    const userId = newId<'usr'>();
    const [name, id] = storeCreditCode(userId).split(':');
    expect([name, decodeId('usr', id ?? '')]).toEqual(['store_credit', userId]);
  });
});
