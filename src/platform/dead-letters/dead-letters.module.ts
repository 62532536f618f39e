import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/index.js';
import { DeadLettersRepository } from './dead-letters.repository.js';
import { DeadLettersService } from './dead-letters.service.js';

@Module({
  imports: [AuditModule],
  providers: [DeadLettersService, DeadLettersRepository],
  exports: [DeadLettersService],
})
export class DeadLettersModule {}
