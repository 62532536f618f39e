import { Injectable } from '@nestjs/common';
import { newId } from '../shared/ids.js';
import type { OrderableProduct } from '../catalog/index.js';
import { type Promotion, PromotionOffers } from '../promotions/index.js';
import { DiscountConditions } from './discount-conditions.js';
import type { DiscountTerms } from './domain/order-discounts.js';
import type { WantedOrder } from './domain/place-order.js';

/** The coupons of an order, with what its customer took of them. */
export type Coupons = Pick<DiscountTerms, 'codes' | 'promotions' | 'uses'>;

const none: Coupons = { codes: [], promotions: [], uses: new Map() };

/** Finds what may be taken off an order. An order without coupons, in a shop without promotions that apply by themselves, reads nothing. */
@Injectable()
export class OrderPromotions {
  constructor(
    private readonly offers: PromotionOffers,
    private readonly conditions: DiscountConditions,
  ) {}

  /** Returns the coupons of an order. With `lock`, it locks those with limits or budgets until the running transaction ends. */
  async coupons({ couponCodes = [], customerId }: WantedOrder, lock: boolean): Promise<Coupons> {
    if (couponCodes.length === 0) return none;
    const codes = couponCodes.map((code) => code.toUpperCase());
    const [promotions, uses] = await Promise.all([
      lock ? this.offers.lock(codes) : this.offers.read(codes),
      this.conditions.usesOfCodes(codes, customerId),
    ]);
    return { codes: couponCodes, promotions, uses };
  }

  /** Returns the promotions for these products' currencies that apply by themselves; locks nothing. */
  automatic(products: readonly OrderableProduct[]): Promise<Promotion[]> {
    return this.offers.automatic([...new Set(products.map(({ currency }) => currency))]);
  }

  /** The same, and locks those that have limits or budgets until the running transaction ends. */
  async lockAutomatic(products: readonly OrderableProduct[]): Promise<Promotion[]> {
    const automatic = await this.automatic(products);
    const counted = automatic.filter(isCounted).map(({ id }) => id);
    if (counted.length === 0) return automatic;
    const locked = new Map((await this.offers.lockById(counted)).map((promotion) => [promotion.id, promotion]));
    return automatic.map((promotion) => locked.get(promotion.id) ?? promotion);
  }

  /** Returns what may be taken off an order, with what the conditions ask; undefined if it is nothing. */
  async terms(
    { customerId, discounts: manual = [] }: WantedOrder,
    coupons: Coupons,
    automatic: readonly Promotion[],
    products: readonly OrderableProduct[],
  ): Promise<DiscountTerms | undefined> {
    const promotions = [...coupons.promotions, ...automatic];
    if (promotions.length + coupons.codes.length + manual.length === 0) return undefined;
    const limited = automatic.filter(isCounted).map(({ id }) => id);
    const [alike, isFirst, uses] = await Promise.all([
      this.conditions.alike(
        promotions,
        products.map(({ id }) => id),
      ),
      this.conditions.isFirst(promotions, customerId),
      this.conditions.usesOfPromotions(limited, customerId),
    ]);
    const ids = [...promotions, ...manual].map(() => newId<'dsc'>());
    return { codes: coupons.codes, promotions, manual, alike, isFirst, ids, uses: new Map([...coupons.uses, ...uses]) };
  }
}

const isCounted = ({ usageLimit, budget, customerLimit, customerBudget }: Promotion): boolean =>
  [usageLimit, budget, customerLimit, customerBudget].some((limit) => limit !== null);
