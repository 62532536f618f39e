import { Module } from '@nestjs/common';
import { PromotionsController } from './promotions.controller.js';
import { PromotionsModule } from './promotions.module.js';

@Module({ imports: [PromotionsModule], controllers: [PromotionsController] })
export class PromotionsApiModule {}
