import { allocate, roundedShare } from '../../shared/exact.js';
import type { PromotionId } from '../../shared/ids.js';
import { millionthsOf } from '../../tax/index.js';
import { isForLines, type Promotion, sourceOf } from './promotion.js';

/** Parts per million of one percent in the fourth decimal place: 20 % is 200,000 parts. */
const PARTS = 1_000_000;

/** A line before its discounts. */
export interface DiscountableLine {
  /** Of all pieces, in minor units. */
  readonly price: number;
  readonly quantity: number;
  readonly sku: string;
  /** Whether it is what shipping costs, and no goods. */
  readonly isShipping?: boolean | undefined;
  /** Promotions whose attributes its product has. */
  readonly alike?: ReadonlySet<PromotionId> | undefined;
}

/** Whether the promotion is for these goods. */
export function isEligible(
  { sku, alike, isShipping = false }: DiscountableLine,
  { id, conditions: { skus, attributes } }: Promotion,
): boolean {
  const isNamed = skus === undefined || skus.some((each) => each.toLowerCase() === sku.toLowerCase());
  return !isShipping && isNamed && (attributes === undefined || alike?.has(id) === true);
}

/** What a promotion takes off an order, in minor units: in total, and of each line. */
export interface Discount {
  readonly promotion: Promotion;
  readonly amount: number;
  readonly allocations: readonly number[];
}

/**
 * Returns the discounts of one promotion after another: pieces for nothing, percentages, amounts, shipping; those of some lines before those of all.
 * Each takes its part of what the ones before left. A percentage and an amount are spread over that by largest remainder. One that takes nothing is
 * left out.
 */
export function discountsOf(lines: readonly DiscountableLine[], promotions: readonly Promotion[]): Discount[] {
  const discounts: Discount[] = [];
  let left = lines.map(({ price }) => price);
  for (const promotion of promotions.toSorted(byBenefit)) {
    const bases = left.map((price, index) => (takesFrom(lines[index]!, promotion) ? price : 0));
    const allocations = allocationsOf(promotion, lines, bases);
    const amount = sum(allocations);
    if (amount === 0) continue;
    discounts.push({ promotion, amount, allocations });
    left = left.map((price, index) => price - allocations[index]!);
  }
  return discounts;
}

const takesFrom = (line: DiscountableLine, promotion: Promotion): boolean =>
  promotion.benefit === 'shipping' ? line.isShipping === true : isEligible(line, promotion);

/** Returns what a promotion takes off each line, of which `bases` are left, in minor units. */
function allocationsOf(
  promotion: Promotion,
  lines: readonly DiscountableLine[],
  bases: readonly number[],
): readonly number[] {
  switch (promotion.benefit) {
    case 'shipping':
      return bases;
    case 'pieces':
      return piecesOff(promotion, lines, bases);
    default:
      return allocate(amountOff(promotion, sum(bases)), bases);
  }
}

/**
 * Returns the prices of the pieces that are for nothing: the cheapest of those that the promotion is for; of equal ones, those of earlier lines.
 * Pieces that cost nothing anyway do not count.
 */
function piecesOff(promotion: Promotion, lines: readonly DiscountableLine[], bases: readonly number[]): number[] {
  const { buyPieces, freePieces } = promotion;
  const own = lines
    .map((line, index) => ({ ...line, index }))
    .filter((line) => line.price > 0 && isEligible(line, promotion));
  const inAll = sum(own.map(({ quantity }) => quantity));
  let free = Math.floor(inAll / (buyPieces! + freePieces!)) * freePieces!;
  const off = bases.map(() => 0);
  for (const { price, quantity, index } of own.toSorted((a, b) => a.price / a.quantity - b.price / b.quantity)) {
    const count = Math.min(free, quantity);
    off[index] = Math.min(bases[index]!, (price / quantity) * count);
    free -= count;
  }
  return off;
}

/** Returns what a promotion takes off a price, both in minor units: a percentage is rounded half up, an amount is at most the price. */
function amountOff({ percentage, amount }: Promotion, price: number): number {
  return percentage === null ? Math.min(amount ?? 0, price) : roundedShare(price, millionthsOf(percentage), PARTS);
}

const ORDER = ['pieces', 'percent', 'amount', 'shipping'] as const;

/** In this order of benefits; of some lines, then of all; the older one first. */
function byBenefit(a: Promotion, b: Promotion): number {
  if (a.benefit !== b.benefit) return ORDER.indexOf(a.benefit) - ORDER.indexOf(b.benefit);
  if (isForLines(a) !== isForLines(b)) return isForLines(a) ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

/**
 * Returns the discounts that take the most off, of promotions that may be combined. Of equal ones, those of older promotions.
 */
export function bestDiscounts(lines: readonly DiscountableLine[], candidates: readonly Promotion[]): Discount[] {
  const sorted = candidates.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  let best: { readonly discounts: Discount[]; readonly amount: number } = { discounts: [], amount: 0 };
  for (const promotions of combinations(sorted)) {
    const discounts = discountsOf(lines, promotions);
    const amount = sum(discounts.map((discount) => discount.amount));
    if (amount > best.amount) best = { discounts, amount };
  }
  return best.discounts;
}

/**
 * Returns the largest groups of promotions of which each may be combined with each other, those with older promotions first. By Bron and
 * Kerbosch (1973) with the pivot of Tomita et al. (2006), without which thirty promotions that all fit would take 2^30 steps.
 */
export function combinations(promotions: readonly Promotion[]): Promotion[][] {
  const found: Promotion[][] = [];
  const extend = (chosen: readonly Promotion[], open: readonly Promotion[], done: readonly Promotion[]): void => {
    if (open.length === 0 && done.length === 0) found.push([...chosen]);
    if (open.length === 0) return;
    const pivot = pivotOf([...open, ...done], open);
    let [rest, tried] = [open, done];
    for (const next of open.filter((one) => one === pivot || !mayCombine(pivot, one))) {
      const fits = (other: Promotion) => other !== next && mayCombine(next, other);
      extend([...chosen, next], rest.filter(fits), tried.filter(fits));
      rest = rest.filter((one) => one !== next);
      tried = [...tried, next];
    }
  };
  extend([], promotions, []);
  return inOrderOf(promotions, found);
}

/** The promotion that fits most of the open ones: every largest group has it, or one that does not fit it. */
function pivotOf(all: readonly Promotion[], open: readonly Promotion[]): Promotion {
  const fitting = (one: Promotion) => open.filter((other) => other !== one && mayCombine(one, other)).length;
  return all.reduce((best, one) => (fitting(one) > fitting(best) ? one : best));
}

/** Sorts the members of each group, and then the groups, as the promotions are. */
function inOrderOf(promotions: readonly Promotion[], groups: readonly Promotion[][]): Promotion[][] {
  const place = new Map(promotions.map((promotion, index) => [promotion, index]));
  const places = (group: readonly Promotion[]) => group.map((one) => place.get(one)!).toSorted((a, b) => a - b);
  return groups
    .map(places)
    .toSorted((a, b) => compareLists(a, b))
    .map((group) => group.map((index) => promotions[index]!));
}

function compareLists(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at === -1 ? a.length - b.length : (a[at] ?? -1) - (b[at] ?? -1);
}

/** Whether each of two promotions allows the other. */
function mayCombine(a: Promotion, b: Promotion): boolean {
  return a.combinesWith.includes(sourceOf(b)) && b.combinesWith.includes(sourceOf(a));
}

const sum = (amounts: readonly number[]): number => amounts.reduce((all, amount) => all + amount, 0);
