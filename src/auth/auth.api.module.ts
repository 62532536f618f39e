import { Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { DeclaredAccess, PermissionGuard, RecentSignInGuard } from '../platform/access/index.js';
import { AuditModule } from '../platform/audit/index.js';
import { RateLimitGuard, ThrottlingModule } from '../platform/throttling/index.js';
import { ApiKeysModule } from '../api-keys/index.js';
import { AccessUndoController } from './access-undo/access-undo.controller.js';
import { AccountPageController } from './account-page/account-page.controller.js';
import { AccountVersions } from './account-versions.js';
import { SignInAudit } from './sign-in-audit.js';
import { RefusedSignIns } from './refused-sign-ins.js';
import { ApiKeyGuard } from './api-key.guard.js';
import { AuthController } from './auth.controller.js';
import { AuthModule } from './auth.module.js';
import { JwksController } from './jwks.controller.js';
import { JwtAuthGuard } from './jwt-auth.guard.js';
import { AuthenticatedGuard } from './authenticated.guard.js';
import { EmailChangeController } from './email-change/email-change.controller.js';
import { TokenCookies } from './cookies/token-cookies.js';
import { EmailVerificationController } from './email-verification/email-verification.controller.js';
import { IdentitiesController } from './identities/identities.controller.js';
import { ProviderSignInsController } from './identities/provider-sign-ins.controller.js';
import { PasskeyDomainCheck } from './passkeys/passkey-domain-check.js';
import { PasskeySignIns } from './passkeys/passkey-sign-ins.js';
import { PasskeySignInsController } from './passkeys/passkey-sign-ins.controller.js';
import { PasskeysController } from './passkeys/passkeys.controller.js';
import { PasswordsController } from './passwords/passwords.controller.js';
import { SessionsController } from './sessions/sessions.controller.js';
import { AuthenticatorController } from './second-factors/authenticator.controller.js';
import { ChallengeController } from './second-factors/challenge.controller.js';
import { ReauthenticationController } from './reauthentication/reauthentication.controller.js';
import { SecondFactorsController } from './second-factors/second-factors.controller.js';
import { StaffFactorGuard } from './second-factors/staff-factor.guard.js';
import { TokenVerifier } from './token-verifier.js';
import { UsersModule } from '../users/index.js';
import { VerifiedEmailGuard } from './verified-email.guard.js';
import { VerifiedTokens } from './verified-tokens.js';

/** The routes of auth, and the guards that run for every route of the api process, in this order. */
@Module({
  imports: [DiscoveryModule, AuditModule, ApiKeysModule, AuthModule, UsersModule, ThrottlingModule],
  controllers: [
    AuthController,
    ChallengeController,
    ReauthenticationController,
    SecondFactorsController,
    AuthenticatorController,
    SessionsController,
    PasswordsController,
    EmailVerificationController,
    EmailChangeController,
    AccessUndoController,
    JwksController,
    IdentitiesController,
    ProviderSignInsController,
    PasskeySignInsController,
    PasskeysController,
    AccountPageController,
  ],
  providers: [
    RefusedSignIns,
    SignInAudit,
    PasskeySignIns,
    PasskeyDomainCheck,
    TokenCookies,
    TokenVerifier,
    VerifiedTokens,
    AccountVersions,
    DeclaredAccess,
    { provide: APP_GUARD, useClass: ApiKeyGuard },
    { provide: APP_GUARD, useClass: JwtAuthGuard },
    { provide: APP_GUARD, useClass: RateLimitGuard },
    { provide: APP_GUARD, useClass: AuthenticatedGuard },
    { provide: APP_GUARD, useClass: StaffFactorGuard },
    { provide: APP_GUARD, useClass: PermissionGuard },
    { provide: APP_GUARD, useClass: RecentSignInGuard },
    { provide: APP_GUARD, useClass: VerifiedEmailGuard },
  ],
})
export class AuthApiModule {}
