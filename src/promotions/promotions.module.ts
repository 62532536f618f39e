import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../platform/audit/index.js';
import { ProblemsModule } from '../platform/http/index.js';
import { PromotionEntity } from './promotion.entity.js';
import { PromotionOffers } from './promotion-offers.js';
import { promotionProblems } from './promotions.problems.js';
import { PromotionsRepository } from './promotions.repository.js';
import { PromotionsService } from './promotions.service.js';

/** Promotions and coupons: who gets what off an order. */
@Module({
  imports: [AuditModule, TypeOrmModule.forFeature([PromotionEntity]), ProblemsModule.forFeature(promotionProblems)],
  providers: [PromotionsService, PromotionsRepository, PromotionOffers],
  exports: [PromotionsService, PromotionOffers],
})
export class PromotionsModule {}
