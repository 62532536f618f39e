import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../../platform/audit/index.js';
import { EncryptionModule } from '../../platform/encryption/index.js';
import { OutboxModule } from '../../platform/outbox/index.js';
import { PasskeysModule } from '../passkeys/passkeys.module.js';
import { RecoveryCodesModule } from '../recovery-codes/recovery-codes.module.js';
import { AuthenticatorsService } from './authenticators.service.js';
import { FactorChanges } from './factor-changes.js';
import { SecondFactorsRepository } from './second-factors.repository.js';
import { SecondFactorsService } from './second-factors.service.js';
import { TotpFactorEntity } from './totp-factor.entity.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([TotpFactorEntity]),
    AuditModule,
    EncryptionModule,
    OutboxModule,
    PasskeysModule,
    RecoveryCodesModule,
  ],
  providers: [AuthenticatorsService, FactorChanges, SecondFactorsService, SecondFactorsRepository],
  exports: [AuthenticatorsService, RecoveryCodesModule, SecondFactorsService, SecondFactorsRepository],
})
export class SecondFactorsModule {}
