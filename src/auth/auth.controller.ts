import { Body, Controller, Header, HttpCode, Post, Req, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Creates } from '../platform/http/index.js';
import type { FastifyRequest } from 'fastify';
import { acceptedLanguage } from '../shared/languages.js';
import { Public } from '../platform/access/index.js';
import { clientAddress, signInAddress } from '../platform/throttling/index.js';
import { Idempotent } from '../platform/idempotency/index.js';
import { normalizeEmail, presentUser, UserView } from '../users/index.js';
import { Operation } from '../platform/openapi/index.js';
import { RespondsWithTokens } from './cookies/cookie-session.view.js';
import { AuthService } from './auth.service.js';
import { LoginDto } from './dto/login.dto.js';
import { RegisterDto } from './dto/register.dto.js';
import { LoginView, MfaView } from './login.view.js';
import { RefusedSignIns } from './refused-sign-ins.js';
import { RegistrationTurns } from './registration-turns.js';
import { visitorOf } from './sessions/origin.js';
import { SignInAudit } from './sign-in-audit.js';
import { SignInTokens } from './sign-in-tokens.js';

@ApiTags('auth')
@Public({ ignoresToken: true })
@Controller('v1/auth')
export class AuthController {
  constructor(
    private readonly auth: AuthService,
    private readonly tokens: SignInTokens,
    private readonly refused: RefusedSignIns,
    private readonly audit: SignInAudit,
  ) {}

  @Post('register')
  @Operation('register', 'Register a customer', {
    description:
      'The response is the same for an address that is taken; its owner gets a mail. Mails are in the language that `Accept-Language` likes most, of those that there are.',
  })
  @Idempotent({ required: false, anonymousScope: emailIn })
  // The outer interceptor: Nest applies decorators from the bottom up.
  @UseInterceptors(RegistrationTurns)
  @Creates(UserView, '/v1/users/{id}')
  async register(@Body() body: RegisterDto, @Req() request: FastifyRequest): Promise<UserView> {
    const language = acceptedLanguage(request.headers['accept-language']);
    return presentUser(await this.auth.register(body, signInAddress(request), language));
  }

  /**
   * With a second factor, the response has `mfaRequired` and a token for `POST /v1/auth/mfa/challenge`, and signs nobody in.
   *
   * Not idempotent by key: that would store tokens in the database, and signing in again does no harm.
   */
  @Post('login')
  @Operation('signIn', 'Sign in with a password', {
    description:
      'With a second factor, the response has `mfaRequired` and a token for `POST /v1/auth/mfa/challenge`, and signs nobody in.',
    refuses: ['invalid_credentials', 'cookie_sessions_off', 'cross_site_request'],
  })
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @RespondsWithTokens([LoginView, MfaView])
  async login(@Body() body: LoginDto, @Req() request: FastifyRequest): Promise<LoginView | MfaView> {
    try {
      const signIn = await this.auth.login(body, visitorOf(request));
      if (signIn.session) await this.audit.succeeded(signIn.session.userId);
      return await this.tokens.grant(signIn);
    } catch (error) {
      this.refused.note(error, clientAddress(request));
      await this.audit.refused(body.email, error);
      throw error;
    }
  }
}

/** The e-mail address in a body that is not validated yet. */
function emailIn(body: unknown): string | undefined {
  const { email } = (body ?? {}) as { email?: unknown };
  return typeof email === 'string' ? normalizeEmail(email) : undefined;
}
