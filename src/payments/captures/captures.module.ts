import { Module } from '@nestjs/common';
import { AuditModule } from '../../platform/audit/index.js';
import { AttemptsModule } from '../attempts/attempts.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { IntentsModule } from '../intents/intents.module.js';
import { AuthorizationExpiry } from './authorization-expiry.js';
import { AuthorizationsRepository } from './authorizations.repository.js';
import { CapturesService } from './captures.service.js';
import { LapsedAuthorizations } from './lapsed-authorizations.js';
import { ReleasedAuthorizations } from './released-authorizations.js';

/** Captures and voids of authorizations. */
@Module({
  imports: [AuditModule, ProvidersModule, AttemptsModule, IntentsModule],
  providers: [
    CapturesService,
    AuthorizationExpiry,
    AuthorizationsRepository,
    ReleasedAuthorizations,
    LapsedAuthorizations,
  ],
  exports: [CapturesService, AuthorizationExpiry],
})
export class CapturesModule {}
