import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Basket, classOf, orderOf, RATES } from '../../../test/support/baskets.js';
import { keyOf, millionthsOf, type TaxMode } from '../../tax/index.js';
import { bookShares, type RevenueShare } from './booked-shares.js';
import { pricedPartsOf } from './order-charges.js';
import { grossOf } from './order-lines.js';
import { NothingToRefund, refundedCharge, type RefundedLine, type RefundedPieces, refundOf } from './refund-lines.js';
import { bookReceived, bookReturned, type TaxGroup } from './tax-groups.js';

const price = fc.oneof(fc.nat(20), fc.nat(100_000), fc.nat(9_999_999));
const anyLine = fc.record({
  price,
  quantity: fc.integer({ min: 1, max: 12 }),
  taxClass: fc.option(fc.constantFrom(...RATES.map(classOf)), { freq: 6 }),
});
const anyCharge = fc.record({
  amount: fc.oneof(fc.nat(5), fc.nat(5000)),
  taxClass: fc.option(fc.constantFrom(...RATES.map(classOf)), { nil: undefined }),
});
const anyDiscount = fc.oneof(
  fc.record({ percentage: fc.constantFrom('0.5', '10', '33.3333', '100') }),
  fc.record({ amount: fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50_000 })) }),
);
/** Currencies with two decimals, three and none: amounts are minor units whatever these are. */
const basketOf = (lines: fc.Arbitrary<Basket['lines']>): fc.Arbitrary<Basket> =>
  fc.record({
    mode: fc.constantFrom<TaxMode>('inclusive', 'exclusive'),
    rounding: fc.constantFrom<'rate' | 'line' | 'unit'>('rate', 'rate', 'line', 'unit'),
    currency: fc.constantFrom('GBP', 'KWD', 'JPY'),
    lines,
    charges: fc.array(anyCharge, { maxLength: 3 }),
    discounts: fc.array(anyDiscount, { maxLength: 2 }),
  });

const sum = (amounts: readonly number[]) => amounts.reduce((all, amount) => all + amount, 0);
const fail = (what: string): never => {
  throw new Error(what);
};

/** `amount * rate / denominator`, rounded half up. */
function halfUp(amount: bigint, rate: bigint, denominator: bigint): bigint {
  const [whole, rest] = [(amount * rate) / denominator, (amount * rate) % denominator];
  return whole + (rest * 2n >= denominator ? 1n : 0n);
}

/** EN 16931: BR-CO-10 to BR-CO-17, and the constraints of the tables, by arithmetic of its own. */
function check(basket: Basket): void {
  const order = orderOf(basket);
  const parts = pricedPartsOf(order.lines, order);
  const groups = new Map<string, { sum: bigint; net: bigint; tax: bigint; rate: bigint }>();
  for (const { quantity, unitPrice, discount, tax, taxMode, taxLine, ...part } of parts) {
    const subtotal = quantity * unitPrice;
    if (discount < 0 || discount > subtotal) fail('a discount is beyond its price');
    const gross = grossOf({ quantity, unitPrice, discount, tax, taxMode, ...part });
    if (taxLine === null && (tax !== 0 || taxMode !== null)) fail('a tax without its line');
    if (!taxLine) continue;
    if (taxLine.amount !== tax || taxLine.base + tax !== gross) fail('gross is not net and tax');
    const [price, pieces, rateOf] = [BigInt(subtotal - discount), BigInt(quantity), BigInt(millionthsOf(taxLine.rate))];
    const whole = 1_000_000n + (taxMode === 'inclusive' ? rateOf : 0n);
    if (basket.rounding === 'line' && BigInt(tax) !== halfUp(price, rateOf, whole)) fail('a line is not rounded');
    if (basket.rounding === 'unit' && BigInt(tax) !== pieces * halfUp(price, rateOf, whole * pieces))
      fail('a piece is not rounded');
    const group = groups.get(keyOf(taxLine)) ?? { sum: 0n, net: 0n, tax: 0n, rate: BigInt(millionthsOf(taxLine.rate)) };
    groups.set(keyOf(taxLine), {
      rate: group.rate,
      sum: group.sum + BigInt(subtotal - discount),
      net: group.net + BigInt(taxLine.base),
      tax: group.tax + BigInt(tax),
    });
  }
  for (const [key, group] of groups) {
    const denominator = 1_000_000n + (basket.mode === 'inclusive' ? group.rate : 0n);
    if (basket.rounding === 'rate' && group.tax !== halfUp(group.sum, group.rate, denominator))
      fail(`the tax of ${key} is ${group.tax}`);
    const found = order.taxes!.find((one) => keyOf(one) === key) ?? fail(`no group ${key}`);
    if (BigInt(found.net) !== group.net || BigInt(found.tax) !== group.tax) fail(`group ${key} is not its parts`);
  }
  if ((order.taxes?.length ?? 0) !== groups.size) fail('a group without parts');
  const discounts = order.discounts ?? [];
  for (const { amount, parts: shares } of discounts)
    if (sum(shares!.map((share) => share.amount)) !== amount) fail('a discount is not its parts');
  if (sum(parts.map(({ discount }) => discount)) !== sum(discounts.map(({ amount }) => amount)))
    fail('discounts are lost');
  const charged = sum(basket.charges.map(({ amount }) => amount));
  if (sum((order.charges ?? []).map(({ amount }) => amount)) !== charged) fail('charges are lost');
  if (order.total !== sum(parts.map(grossOf))) fail('the total is not its parts');
}

it('Of 100,000 random baskets with discounts and charges, all sums and taxes are exact', () => {
  const baskets = fc.oneof(
    { weight: 19, arbitrary: basketOf(fc.array(anyLine, { minLength: 1, maxLength: 6 })) },
    { weight: 1, arbitrary: basketOf(fc.array(anyLine, { minLength: 1, maxLength: 100 })) },
  );
  const run = fc.property(baskets, check);
  expect(() => fc.assert(run, { numRuns: Number(process.env['BASKETS'] ?? 100_000) })).not.toThrow();
}, 300_000);

/** What the ledger has of an order. */
interface Books {
  readonly taxes: readonly TaxGroup[];
  readonly discounts: readonly RevenueShare[];
  readonly charges: readonly RevenueShare[];
  readonly rest: number;
}

function move(
  { taxes, discounts, charges, rest }: Books,
  booking: ReturnType<typeof bookReceived>,
  total: number,
): Books {
  const taxedGross = sum(taxes.map(({ net, tax }) => net + tax));
  const movedOf = (key: string) => {
    const part = booking.booked.find(({ group }) => keyOf(group) === key);
    return part
      ? { moved: part.net + part.tax, whole: part.group.net + part.group.tax }
      : { moved: booking.rest, whole: total - taxedGross };
  };
  return {
    taxes: booking.groups,
    discounts: bookShares(discounts, movedOf).groups,
    charges: bookShares(charges, movedOf).groups,
    rest: rest + booking.rest,
  };
}

/** Pays an order, and refunds all of it piece by piece, in a random order. @throws Error if anything is left, or goes below zero */
function returnInPieces(basket: Basket, picks: readonly number[]): void {
  const order = orderOf(basket);
  const parts = pricedPartsOf(order.lines, order);
  let books: Books = {
    taxes: order.taxes ?? [],
    discounts: order.discountGroups ?? [],
    charges: order.chargeGroups ?? [],
    rest: 0,
  };
  books = move(books, bookReceived(books.taxes, order.total), order.total);
  for (const { tax, bookedTax } of books.taxes) if (bookedTax !== tax) fail('not all tax is booked');
  const done: RefundedLine[] = [];
  const refund = (pieces: RefundedPieces) => {
    try {
      const [one] = refundOf(parts, done, [pieces]);
      const { taxLine } = parts.find((part) => part.id === pieces.lineId)!;
      const { gross } = one!;
      const shares = taxLine ? [{ ...taxLine, gross }] : [];
      const inGroups = sum(books.taxes.map(({ bookedGross }) => bookedGross));
      const surplus = order.total - sum(done.map((each) => each.gross)) - inGroups;
      books = move(books, bookReturned(books.taxes, { amount: gross, surplus, shares }), order.total);
      done.push(one!);
    } catch (error) {
      if (!(error instanceof NothingToRefund)) throw error;
      done.push({ ...pieces, gross: 0, tax: 0 });
    }
  };
  const open = parts.map((part) => ({ id: part.id, left: part.quantity }));
  for (let turn = 0; open.some(({ left }) => left > 0); turn++) {
    const rest = open.filter(({ left }) => left > 0);
    const pick = picks[turn % picks.length]! + turn;
    const one = rest[pick % rest.length]!;
    const quantity = 1 + (pick % one.left);
    one.left -= quantity;
    const isCharge = order.charges?.some((charge) => charge.id === one.id) ?? false;
    refund(isCharge ? refundedCharge(one.id as never) : { lineId: one.id as never, quantity });
  }
  for (const part of parts) {
    const own = done.filter(({ lineId }) => lineId === part.id);
    if (sum(own.map(({ gross }) => gross)) !== grossOf(part)) fail('not all of a part is back');
    if (sum(own.map(({ tax }) => tax)) !== part.tax) fail('not all tax of a part is back');
  }
  for (const { bookedGross, bookedTax } of books.taxes) if (bookedGross !== 0 || bookedTax !== 0) fail('VAT is left');
  for (const { booked } of [...books.discounts, ...books.charges]) if (booked !== 0) fail('revenue is left');
  if (books.rest !== 0) fail('money is left');
}

describe('Refunds of a random order in random pieces, 10,000 times,', () => {
  it('end at exactly gross, tax and discount, never beyond, with all accounts at zero', () => {
    const choices = fc.array(fc.nat(1000), { minLength: 1, maxLength: 30 });
    const orders = basketOf(fc.array(anyLine, { minLength: 1, maxLength: 6 }));
    expect(() => fc.assert(fc.property(orders, choices, returnInPieces), { numRuns: 10_000 })).not.toThrow();
  }, 120_000);
});
