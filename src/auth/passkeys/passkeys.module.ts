import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../../platform/audit/index.js';
import { ProblemsModule } from '../../platform/http/index.js';
import { OutboxModule } from '../../platform/outbox/index.js';
import { UsersModule } from '../../users/index.js';
import { RecoveryCodesModule } from '../recovery-codes/recovery-codes.module.js';
import { PasskeyCeremonies } from './passkey-ceremonies.js';
import { PasskeyChallengeEntity, PasskeyEntity } from './passkey.entity.js';
import { passkeyProblems } from './passkeys.problems.js';
import { PasskeysRepository } from './passkeys.repository.js';
import { PasskeysService } from './passkeys.service.js';
import { PasskeyVerifier } from './passkey-verifier.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([PasskeyEntity, PasskeyChallengeEntity]),
    AuditModule,
    OutboxModule,
    ProblemsModule.forFeature(passkeyProblems),
    RecoveryCodesModule,
    UsersModule,
  ],
  providers: [PasskeyCeremonies, PasskeysService, PasskeysRepository, PasskeyVerifier],
  exports: [PasskeyCeremonies, PasskeysRepository, PasskeysService],
})
export class PasskeysModule {}
