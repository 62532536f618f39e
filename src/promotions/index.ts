export { CouponRefused, couponViolation } from './domain/coupon-refused.js';
export { bestDiscounts, type Discount, type DiscountableLine, discountsOf } from './domain/discount.js';
export {
  type Benefit,
  benefits,
  type CustomerUse,
  type Promotion,
  type PromotionSource,
  promotionSources,
  sourceOf,
} from './domain/promotion.js';
export { budgetRefusalOf, type DiscountedBasket, type Refusal, refusalOf } from './domain/refusal.js';
export { COUPON_CODE, PERCENTAGE } from './dto/create-promotion.dto.js';
export { PromotionOffers } from './promotion-offers.js';
export { PromotionsModule } from './promotions.module.js';
