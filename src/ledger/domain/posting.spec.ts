import { describe, expect, it } from 'vitest';
import { frozen } from '../../../test/support/frozen.js';
import { capturePosting, entriesOf, refundPosting } from './posting.js';

describe('postings', () => {
  it('capture and refund leave the provider owing nothing', () => {
    const entries = entriesOf(frozen([capturePosting('sandbox', 1999), refundPosting('sandbox', 1999)]));
    const balance = (account: string) =>
      entries.filter((e) => e.account === account).reduce((sum, { amount }) => sum + amount, 0);
    expect(balance('provider_clearing:sandbox')).toBe(0);
    expect([balance('sales'), balance('refunds')]).toEqual([-1999, 1999]);
  });

  it('always sum to zero', () => {
    const entries = entriesOf(
      frozen([capturePosting('sandbox', 1), capturePosting('stripe', Number.MAX_SAFE_INTEGER)]),
    );
    expect(entries.reduce((sum, { amount }) => sum + BigInt(amount), 0n)).toBe(0n);
  });

  it.each([0, -1, 0.5, Number.NaN, 2 ** 53])('refuse an amount of %d', (amount) => {
    expect(() => entriesOf([capturePosting('sandbox', amount)])).toThrow(RangeError);
  });
});
