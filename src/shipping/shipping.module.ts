import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../platform/audit/index.js';
import { ProblemsModule } from '../platform/http/index.js';
import { ShippingMethodEntity } from './shipping-method.entity.js';
import { shippingProblems } from './shipping.problems.js';
import { ShippingRepository } from './shipping.repository.js';
import { ShippingService } from './shipping.service.js';

/** Shipping methods: where to, for how much. */
@Module({
  imports: [AuditModule, TypeOrmModule.forFeature([ShippingMethodEntity]), ProblemsModule.forFeature(shippingProblems)],
  providers: [ShippingService, ShippingRepository],
  exports: [ShippingService],
})
export class ShippingModule {}
