import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../../platform/audit/index.js';
import { EncryptionModule } from '../../platform/encryption/index.js';
import { OutboxModule } from '../../platform/outbox/index.js';
import { RecoveryCodeEntity } from './recovery-code.entity.js';
import { SecondFactorsRepository } from './second-factors.repository.js';
import { SecondFactorsService } from './second-factors.service.js';
import { TotpFactorEntity } from './totp-factor.entity.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([TotpFactorEntity, RecoveryCodeEntity]),
    AuditModule,
    EncryptionModule,
    OutboxModule,
  ],
  providers: [SecondFactorsService, SecondFactorsRepository],
  exports: [SecondFactorsService, SecondFactorsRepository],
})
export class SecondFactorsModule {}
