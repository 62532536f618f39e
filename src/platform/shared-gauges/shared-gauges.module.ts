import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { GaugeLease } from './gauge-lease.js';
import { LeaseEntity } from './lease.entity.js';
import { SharedGauges } from './shared-gauges.js';

/** For the worker, which reports figures of the whole database. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([LeaseEntity])],
  providers: [GaugeLease, SharedGauges],
  exports: [SharedGauges],
})
export class SharedGaugesModule {}
