import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApiKeysModule } from '../api-keys/index.js';
import { AuditModule } from '../platform/audit/index.js';
import { ProblemsModule } from '../platform/http/index.js';
import { ThrottlingModule } from '../platform/throttling/index.js';
import { UsersModule } from '../users/index.js';
import { AccessUndoService } from './access-undo/access-undo.service.js';
import { AccessTokens } from './access-tokens.js';
import { authProblems } from './auth.problems.js';
import { AuthService } from './auth.service.js';
import { KnownAddresses } from './known-addresses.js';
import { KnownSignInEntity } from './known-sign-in.entity.js';
import { AddedAccess } from './email-change/added-access.js';
import { EmailChangeService } from './email-change/email-change.service.js';
import { EmailVerificationService } from './email-verification/email-verification.service.js';
import { IdentitiesModule } from './identities/identities.module.js';
import { ProviderSignIns } from './identities/provider-sign-ins.js';
import { MailedTokensModule } from './mailed-tokens/mailed-tokens.module.js';
import { PasskeysModule } from './passkeys/passkeys.module.js';
import { PasswordCheck } from './password-check.js';
import { PasswordHasher } from './password-hasher.js';
import { PasswordResets } from './passwords/password-resets.js';
import { PasswordsService } from './passwords/passwords.service.js';
import { RefreshTokenEntity } from './sessions/refresh-token.entity.js';
import { SessionEntity } from './sessions/session.entity.js';
import { SessionStates } from './sessions/session-states.js';
import { SessionsRepository } from './sessions/sessions.repository.js';
import { SessionsService } from './sessions/sessions.service.js';
import { ReauthenticationService } from './reauthentication/reauthentication.service.js';
import { CodeChallenge } from './second-factors/code-challenge.js';
import { MfaTokens } from './second-factors/mfa-tokens.js';
import { SecondFactorsModule } from './second-factors/second-factors.module.js';
import { SignInTokens } from './sign-in-tokens.js';
import { SignIns } from './sign-ins.js';
import { SigningKeys } from './signing-keys.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([KnownSignInEntity, SessionEntity, RefreshTokenEntity]),
    ProblemsModule.forFeature(authProblems),
    AuditModule,
    SecondFactorsModule,
    IdentitiesModule,
    PasskeysModule,
    ApiKeysModule,
    UsersModule,
    ThrottlingModule,
    MailedTokensModule,
  ],
  providers: [
    AuthService,
    PasswordHasher,
    PasswordCheck,
    ReauthenticationService,
    PasswordResets,
    PasswordsService,
    EmailVerificationService,
    EmailChangeService,
    AccessUndoService,
    AddedAccess,
    KnownAddresses,
    SigningKeys,
    AccessTokens,
    SessionsService,
    SessionsRepository,
    SessionStates,
    SignIns,
    SignInTokens,
    MfaTokens,
    CodeChallenge,
    ProviderSignIns,
  ],
  exports: [
    AuthService,
    PasswordResets,
    PasswordsService,
    EmailVerificationService,
    EmailChangeService,
    AccessUndoService,
    KnownAddresses,
    SigningKeys,
    AccessTokens,
    SessionsService,
    SessionStates,
    SignIns,
    SignInTokens,
    MfaTokens,
    ReauthenticationService,
    SecondFactorsModule,
    IdentitiesModule,
    PasskeysModule,
    ProviderSignIns,
  ],
})
export class AuthModule {}
