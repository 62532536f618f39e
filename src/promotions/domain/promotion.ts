import type { PromotionId } from '../../shared/ids.js';

/** Where a discount comes from: a coupon is a promotion with a code, which the customer enters. */
export const promotionSources = ['coupon', 'promotion'] as const;
export type PromotionSource = (typeof promotionSources)[number];

/** A percentage or an amount of the goods, pieces of them for nothing, or the shipping for nothing. */
export const benefits = ['percent', 'amount', 'pieces', 'shipping'] as const;
export type Benefit = (typeof benefits)[number];

export const promotionStatuses = ['active', 'archived'] as const;
export type PromotionStatus = (typeof promotionStatuses)[number];

/**
 * What an order must be for the promotion to apply; an absent condition always holds. With `skus` or `attributes`, the promotion is for
 * lines of these products alone: these are counted, and it takes nothing off others.
 */
export interface PromotionConditions {
  /** The price of the lines before discounts and without taxes on top, in minor units, at least. */
  readonly subtotal?: number | undefined;
  /** Their pieces, at least. */
  readonly quantity?: number | undefined;
  readonly skus?: readonly string[] | undefined;
  /** What the attributes of the product must contain (`@>` of PostgreSQL). */
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
  /** Public ids. */
  readonly customerIds?: readonly string[] | undefined;
  readonly firstOrder?: boolean | undefined;
  /** ISO 3166-1, of the shipping address. */
  readonly countries?: readonly string[] | undefined;
}

/** What an order needs to know of a promotion. Amounts are minor units of `currency`. */
export interface Promotion {
  readonly id: PromotionId;
  readonly name: string;
  /** In capitals; null for a promotion without a code. */
  readonly code: string | null;
  readonly benefit: Benefit;
  /** In decimal digits, of a benefit in percent. */
  readonly percentage: string | null;
  readonly amount: number | null;
  /** Of the benefit `pieces`: for every `buyPieces + freePieces` pieces, `freePieces` are free, the cheapest ones. */
  readonly buyPieces: number | null;
  readonly freePieces: number | null;
  /** The only currency in which it applies; null for any. */
  readonly currency: string | null;
  readonly conditions: PromotionConditions;
  /** What it may be combined with, if that allows it too. */
  readonly combinesWith: readonly PromotionSource[];
  readonly validFrom: Date;
  /** The first moment at which it does not apply; null if there is none. */
  readonly validUntil: Date | null;
  readonly status: PromotionStatus;
  readonly usageLimit: number | null;
  readonly used: number;
  readonly budget: number | null;
  readonly spent: number;
  readonly customerLimit: number | null;
  readonly customerBudget: number | null;
}

/** What a customer took of a promotion, without ended orders. */
export interface CustomerUse {
  readonly uses: number;
  /** Minor units. */
  readonly amount: number;
}

/** Whether the promotion is for some lines only. */
export const isForLines = ({ conditions }: Pick<Promotion, 'conditions'>): boolean =>
  conditions.skus !== undefined || conditions.attributes !== undefined;

export const sourceOf = ({ code }: Pick<Promotion, 'code'>): PromotionSource =>
  code === null ? 'promotion' : 'coupon';
