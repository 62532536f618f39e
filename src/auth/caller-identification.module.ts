import { Module } from '@nestjs/common';
import { ApiKeysModule } from '../api-keys/index.js';
import { UsersModule } from '../users/index.js';
import { AccountVersions } from './account-versions.js';
import { ApiKeyGuard } from './api-key.guard.js';
import { AuthModule } from './auth.module.js';
import { CallerIdentification } from './caller-identification.js';
import { JwtAuthGuard } from './jwt-auth.guard.js';
import { StaffFactorGuard } from './second-factors/staff-factor.guard.js';
import { TokenVerifier } from './token-verifier.js';
import { VerifiedTokens } from './verified-tokens.js';

@Module({
  imports: [AuthModule, ApiKeysModule, UsersModule],
  providers: [
    CallerIdentification,
    ApiKeyGuard,
    JwtAuthGuard,
    StaffFactorGuard,
    AccountVersions,
    TokenVerifier,
    VerifiedTokens,
  ],
  exports: [CallerIdentification],
})
export class CallerIdentificationModule {}
