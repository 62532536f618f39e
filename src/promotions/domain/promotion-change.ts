import { ValidationFailed, type Violation } from '../../shared/errors.js';
import type { Promotion, PromotionStatus } from './promotion.js';

/** The fields of a promotion that may change; absent ones stay unchanged. Null removes an end. */
export interface PromotionChange {
  readonly name?: string | undefined;
  readonly validUntil?: Date | null | undefined;
  readonly status?: PromotionStatus | undefined;
  readonly usageLimit?: number | undefined;
  readonly budget?: number | undefined;
  readonly customerLimit?: number | undefined;
  readonly customerBudget?: number | undefined;
}

const limits = ['usageLimit', 'budget', 'customerLimit', 'customerBudget'] as const;

/**
 * Returns the promotion after a change.
 * @throws ValidationFailed for a limit or a budget below what was taken, for one of a promotion that is not counted, for a budget of
 * one without a currency, and for an end before the beginning
 */
export function changePromotion<P extends Promotion>(promotion: P, change: PromotionChange): P {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const changed = { ...promotion, ...given };
  const violations = [...wrongLimits(promotion, changed), ...wrongMoney(changed), ...wrongTimes(changed)];
  if (violations.length > 0) throw new ValidationFailed(violations);
  return changed;
}

function wrongLimits(before: Promotion, after: Promotion): Violation[] {
  const added = limits.filter((name) => before[name] === null && after[name] !== null);
  const uncounted = limits.every((name) => before[name] === null);
  const taken = [
    { name: 'usageLimit', limit: after.usageLimit, used: after.used },
    { name: 'budget', limit: after.budget, used: after.spent },
  ].filter(({ limit, used }) => limit !== null && limit < used);
  return [
    ...(uncounted ? added : []).map((name) => ({
      pointer: `/${name}`,
      code: 'not_counted',
      message: 'is for promotions that had a limit or a budget from the beginning: make a new one',
    })),
    ...taken.map(({ name, used }) => ({
      pointer: `/${name}`,
      code: 'min',
      message: `must not be below ${used}, which is taken`,
    })),
  ];
}

function wrongMoney({ currency, ...after }: Promotion): Violation[] {
  const budgets = (['budget', 'customerBudget'] as const).filter((name) => currency === null && after[name] !== null);
  const message = 'is for promotions with a currency, which this one had not from the beginning: make a new one';
  return budgets.map((name) => ({ pointer: `/${name}`, code: 'currency', message }));
}

/** @returns the violation of an end that is not after the beginning */
export function wrongTimes({ validFrom, validUntil }: Pick<Promotion, 'validFrom' | 'validUntil'>): Violation[] {
  if (validUntil === null || validUntil > validFrom) return [];
  return [{ pointer: '/validUntil', code: 'min', message: `must be after ${validFrom.toISOString()}, the beginning` }];
}
