import { Body, Controller, Delete, Header, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiNoContentResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import {
  BeforeSecondFactor,
  type Caller,
  CurrentCaller,
  RequireRecentSignIn,
  SignedIn,
} from '../../platform/access/index.js';
import { Config } from '../../platform/config/index.js';
import { UsersService } from '../../users/index.js';
import { AccessTokens } from '../access-tokens.js';
import { RespondsWithTokens } from '../cookies/cookie-session.view.js';
import { originOf } from '../sessions/origin.js';
import { SignIns } from '../sign-ins.js';
import { Operation } from '../../platform/openapi/index.js';
import { AuthenticatorsService } from './authenticators.service.js';
import { CodeDto } from './dto/code.dto.js';
import { presentTotpSecret } from './second-factors.presenter.js';
import { CookieFactorAddedView, FactorAddedView, TotpSecretView } from './second-factors.view.js';

/** The authenticator app of the caller. None of these is idempotent by key, which would store secrets. */
@ApiTags('auth')
@ApiBearerAuth()
@SignedIn()
@Controller('v1/auth/mfa/totp')
export class AuthenticatorController {
  private readonly issuer: string;

  constructor(
    private readonly authenticators: AuthenticatorsService,
    private readonly signIns: SignIns,
    private readonly tokens: AccessTokens,
    private readonly users: UsersService,
    { http }: Config,
  ) {
    this.issuer = new URL(http.publicUrl).hostname;
  }

  /** Makes the secret of an authenticator app. It waits 15 minutes for its first code; a new request replaces it. */
  @Post()
  @Operation('beginAuthenticator', 'Make the secret of an authenticator app', {
    description: 'It waits 15 minutes for its first code; a new request replaces it.',
    refuses: ['factor_exists', 'no_encryption_keys'],
  })
  @RequireRecentSignIn()
  @BeforeSecondFactor()
  @Header('Cache-Control', 'no-store')
  @ApiCreatedResponse({ type: TotpSecretView })
  async begin(@CurrentCaller() { userId }: Caller): Promise<TotpSecretView> {
    const secret = await this.authenticators.begin(userId);
    const [contact] = await this.users.contacts([userId]);
    return presentTotpSecret(secret, this.issuer, contact!.email);
  }

  /** Makes the app a factor. Ends all sessions of the account, and returns the tokens of a new one and ten recovery codes. */
  @Post('confirmation')
  @Operation('confirmAuthenticator', 'Make the authenticator app a second factor', {
    description:
      'Takes the first code of the app. Ends all sessions of the account, and returns the tokens of a new one and ten recovery codes.',
    refuses: ['no_such_factor', 'factor_exists'],
  })
  @RequireRecentSignIn()
  @BeforeSecondFactor()
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @RespondsWithTokens([FactorAddedView], CookieFactorAddedView)
  async confirm(
    @CurrentCaller() { userId }: Caller,
    @Body() { code }: CodeDto,
    @Req() request: FastifyRequest,
  ): Promise<FactorAddedView> {
    const recoveryCodes = await this.authenticators.confirm(userId, code);
    const session = await this.signIns.withFactor(userId, 'totp', originOf(request));
    return { ...(await this.tokens.grant(session)), recoveryCodes };
  }

  /** Ends all sessions of the account when it was the last factor. */
  @Delete()
  @Operation('removeAuthenticator', 'Remove the authenticator app', {
    description: 'Ends all sessions of the account when it was the last factor.',
    refuses: ['no_such_factor', 'password_too_short'],
  })
  @RequireRecentSignIn()
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'The authenticator app is no factor any more' })
  remove(@CurrentCaller() { userId }: Caller): Promise<void> {
    return this.authenticators.remove(userId);
  }
}
