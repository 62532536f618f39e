import { Body, Controller, Header, HttpCode, Post, Req, UseInterceptors } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Public } from '../platform/access/index.js';
import { clientAddress, signInAddress } from '../platform/throttling/index.js';
import { Idempotent } from '../platform/idempotency/index.js';
import { normalizeEmail, presentUser, UserView } from '../users/index.js';
import { AccessTokens } from './access-tokens.js';
import { AuthService } from './auth.service.js';
import { LoginDto } from './dto/login.dto.js';
import { RegisterDto } from './dto/register.dto.js';
import { LoginView } from './login.view.js';
import { RefusedSignIns } from './refused-sign-ins.js';
import { RegistrationTurns } from './registration-turns.js';
import { originOf } from './sessions/origin.js';
import { SignInAudit } from './sign-in-audit.js';

@ApiTags('auth')
@Public({ ignoresToken: true })
@Controller('v1/auth')
export class AuthController {
  constructor(
    private readonly auth: AuthService,
    private readonly tokens: AccessTokens,
    private readonly refused: RefusedSignIns,
    private readonly audit: SignInAudit,
  ) {}

  @Post('register')
  @Idempotent({ required: false, anonymousScope: emailIn })
  // The outer interceptor: Nest applies decorators from the bottom up.
  @UseInterceptors(RegistrationTurns)
  @ApiCreatedResponse({ type: UserView })
  async register(@Body() body: RegisterDto, @Req() request: FastifyRequest): Promise<UserView> {
    return presentUser(await this.auth.register(body, signInAddress(request)));
  }

  /** Not idempotent by key: that would store tokens in the database, and signing in again does no harm. */
  @Post('login')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiOkResponse({ type: LoginView })
  async login(@Body() body: LoginDto, @Req() request: FastifyRequest): Promise<LoginView> {
    try {
      const session = await this.auth.login(body, signInAddress(request), originOf(request));
      await this.audit.succeeded(body.email);
      return await this.tokens.grant(session);
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
