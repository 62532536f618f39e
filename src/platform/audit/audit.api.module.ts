import { Module } from '@nestjs/common';
import { DenialLog } from '../http/index.js';
import { AuditController } from './audit.controller.js';
import { AuditedDenials } from './audited-denials.js';
import { AuditModule } from './audit.module.js';

@Module({
  imports: [AuditModule],
  controllers: [AuditController],
  providers: [{ provide: DenialLog, useClass: AuditedDenials }],
})
export class AuditApiModule {}
