import { Body, Controller, Header, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { BeforeSecondFactor, type Caller, CurrentCaller, Public, SignedIn } from '../../platform/access/index.js';
import { Operation } from '../../platform/openapi/index.js';
import { AccessTokens } from '../access-tokens.js';
import { RespondsWithTokens } from '../cookies/cookie-session.view.js';
import { AccessTokenView, LoginView } from '../login.view.js';
import { visitorOf } from '../sessions/origin.js';
import { PasskeyProofDto, PasskeySignInDto } from './dto/passkey.dto.js';
import { PasskeyOptionsView } from './passkey.view.js';
import { PasskeySignIns } from './passkey-sign-ins.js';
import { CHALLENGE_SECONDS } from './passkey-verifier.js';

/** Signing in with a passkey, which verifies its user and so counts as both factors. */
@ApiTags('auth')
@Controller('v1/auth')
export class PasskeySignInsController {
  constructor(
    private readonly signIns: PasskeySignIns,
    private readonly tokens: AccessTokens,
  ) {}

  @Public({ ignoresToken: true })
  @Post('passkeys/authentications')
  @Operation('beginSignInWithPasskey', 'Begin to sign in with a passkey', {
    description:
      'Returns the options with which the page asks the browser for one, the same for everybody. They work once.',
  })
  @Header('Cache-Control', 'no-store')
  @ApiCreatedResponse({ type: PasskeyOptionsView })
  async begin(): Promise<PasskeyOptionsView> {
    return { publicKey: await this.signIns.begin(), expiresIn: CHALLENGE_SECONDS };
  }

  @Public({ ignoresToken: true })
  @Post('passkeys/sign-ins')
  @Operation('signInWithPasskey', 'Sign in with a passkey', {
    description: 'Needs no password and no second factor. Also completes a sign-in that a password began.',
    refuses: ['invalid_passkey', 'cookie_sessions_off', 'cross_site_request'],
  })
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @RespondsWithTokens([LoginView])
  async signIn(@Body() { credential }: PasskeySignInDto, @Req() request: FastifyRequest): Promise<LoginView> {
    return this.tokens.grant(await this.signIns.signIn(credential, visitorOf(request)));
  }

  /** For changes that need a recent sign-in. The refresh token stays valid. */
  @SignedIn()
  @ApiBearerAuth()
  @Post('reauthentication/passkey')
  @Operation('signInAgainWithPasskey', 'Sign in again within the session, with a passkey', {
    description: 'For changes that need a recent sign-in. The refresh token stays valid.',
    refuses: ['invalid_passkey'],
  })
  @BeforeSecondFactor()
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @RespondsWithTokens([AccessTokenView])
  async signInAgain(
    @CurrentCaller() caller: Caller,
    @Body() { credential }: PasskeyProofDto,
    @Req() request: FastifyRequest,
  ): Promise<AccessTokenView> {
    return this.tokens.grantAccess(await this.signIns.signInAgain(caller, credential, visitorOf(request)));
  }
}
