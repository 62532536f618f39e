import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CatalogModule } from '../catalog/index.js';
import { PromotionsModule } from '../promotions/index.js';
import { ShippingModule } from '../shipping/index.js';
import { TaxModule } from '../tax/index.js';
import { FulfillmentEntity, FulfillmentLineEntity } from './fulfillment.entity.js';
import { ObligationEntity } from './obligation.entity.js';
import { OrderChanges } from './order-changes.js';
import { DiscountAllocationEntity, DiscountGroupEntity, OrderDiscountEntity } from './order-discount.entity.js';
import { ChargeGroupEntity, OrderChargeEntity } from './order-charge.entity.js';
import { OrderCharges } from './order-charges.js';
import { DiscountConditions } from './discount-conditions.js';
import { OrderDiscounts } from './order-discounts.js';
import { OrderPromotions } from './order-promotions.js';
import { OrderTaxes } from './order-taxes.js';
import { TaxGroupEntity, TaxLineEntity } from './order-tax.entity.js';
import { OrderEntity, OrderLineEntity } from './order.entity.js';
import { ProblemsModule } from '../platform/http/index.js';
import { OrderRefunds } from './order-refunds.js';
import { OrderTerms } from './order-terms.js';
import { Obligations } from './obligations.js';
import { orderProblems } from './orders.problems.js';
import { OrdersProof } from './orders.proof.js';
import { OrdersRepository } from './orders.repository.js';
import { FulfillmentsService } from './fulfillments.service.js';
import { OrdersService } from './orders.service.js';
import { Quotes } from './quotes.js';
import { SupersededRefundEntity } from './superseded-refund.entity.js';
import { SurplusRefundEntity } from './surplus-refund.entity.js';

const entities = [
  OrderEntity,
  OrderLineEntity,
  FulfillmentEntity,
  FulfillmentLineEntity,
  ObligationEntity,
  TaxLineEntity,
  TaxGroupEntity,
  OrderDiscountEntity,
  DiscountAllocationEntity,
  DiscountGroupEntity,
  OrderChargeEntity,
  ChargeGroupEntity,
  SupersededRefundEntity,
  SurplusRefundEntity,
];

@Module({
  imports: [
    TypeOrmModule.forFeature(entities),
    ProblemsModule.forFeature(orderProblems),
    CatalogModule,
    PromotionsModule,
    ShippingModule,
    TaxModule,
  ],
  providers: [
    OrdersService,
    Quotes,
    FulfillmentsService,
    OrdersRepository,
    Obligations,
    OrderTaxes,
    OrderChanges,
    OrderDiscounts,
    OrderCharges,
    OrderRefunds,
    OrderPromotions,
    DiscountConditions,
    OrderTerms,
    OrdersProof,
  ],
  exports: [OrdersService, OrderChanges, Quotes, FulfillmentsService, Obligations, OrderTaxes, OrderRefunds],
})
export class OrdersModule {}
