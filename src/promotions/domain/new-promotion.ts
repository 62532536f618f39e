import { ValidationFailed, type Violation } from '../../shared/errors.js';
import type { Benefit, Promotion, PromotionConditions, PromotionSource } from './promotion.js';
import { wrongTimes } from './promotion-change.js';

/** The values of a new promotion, as its maker gives them. */
export interface WantedPromotion {
  readonly name: string;
  readonly code?: string | undefined;
  readonly benefit: Benefit;
  readonly percentage?: string | undefined;
  readonly amount?: number | undefined;
  readonly buyPieces?: number | undefined;
  readonly freePieces?: number | undefined;
  readonly currency?: string | undefined;
  readonly conditions?: PromotionConditions | undefined;
  readonly combinesWith?: readonly PromotionSource[] | undefined;
  readonly validFrom?: Date | undefined;
  readonly validUntil?: Date | null | undefined;
  readonly usageLimit?: number | undefined;
  readonly budget?: number | undefined;
  readonly customerLimit?: number | undefined;
  readonly customerBudget?: number | undefined;
}

/**
 * Returns the values of a new promotion, valid from `now` on if nothing else is given.
 * @throws ValidationFailed if benefit, amounts, currency and times do not fit together
 */
export function newPromotion(wanted: WantedPromotion, now: Date): Omit<Promotion, 'id' | 'used' | 'spent'> {
  const promotion = {
    name: wanted.name,
    code: wanted.code?.toUpperCase() ?? null,
    benefit: wanted.benefit,
    percentage: wanted.percentage ?? null,
    amount: wanted.amount ?? null,
    buyPieces: wanted.buyPieces ?? null,
    freePieces: wanted.freePieces ?? null,
    currency: wanted.currency ?? null,
    conditions: wanted.conditions ?? {},
    combinesWith: wanted.combinesWith ?? [],
    validFrom: wanted.validFrom ?? now,
    validUntil: wanted.validUntil ?? null,
    status: 'active' as const,
    usageLimit: wanted.usageLimit ?? null,
    budget: wanted.budget ?? null,
    customerLimit: wanted.customerLimit ?? null,
    customerBudget: wanted.customerBudget ?? null,
  };
  const violations = [...wrongValues(promotion), ...wrongTimes(promotion)];
  if (violations.length > 0) throw new ValidationFailed(violations);
  return promotion;
}

function wrongValues(promotion: Omit<Promotion, 'id' | 'used' | 'spent'>): Violation[] {
  const { benefit, amount, currency, budget, customerBudget, conditions } = promotion;
  const inMoney = [amount, budget, customerBudget, conditions.subtotal].some((each) => typeof each === 'number');
  const onlyWith = (needed: Benefit, name: keyof typeof promotion): Violation[] =>
    wrong(
      (benefit === needed) === (promotion[name] !== null),
      `/${name}`,
      'benefit',
      `is needed with the benefit ${needed}, and only there`,
    );
  return [
    ...onlyWith('percent', 'percentage'),
    ...onlyWith('amount', 'amount'),
    ...onlyWith('pieces', 'buyPieces'),
    ...onlyWith('pieces', 'freePieces'),
    ...wrong(
      !inMoney || currency !== null,
      '/currency',
      'required',
      'is needed with an amount, a budget or a subtotal',
    ),
  ];
}

const wrong = (holds: boolean, pointer: string, code: string, message: string): Violation[] =>
  holds ? [] : [{ pointer, code, message }];
