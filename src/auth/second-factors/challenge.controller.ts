import { Body, Controller, Header, HttpCode, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Public } from '../../platform/access/index.js';
import { clientAddress } from '../../platform/throttling/index.js';
import { AccessTokens } from '../access-tokens.js';
import { RespondsWithTokens } from '../cookies/cookie-session.view.js';
import { LoginView } from '../login.view.js';
import { RefusedSignIns } from '../refused-sign-ins.js';
import { visitorOf } from '../sessions/origin.js';
import { SignInAudit } from '../sign-in-audit.js';
import { SignIns } from '../sign-ins.js';
import { Operation } from '../../platform/openapi/index.js';
import { ChallengeDto } from './dto/code.dto.js';
import { MfaTokens } from './mfa-tokens.js';

/** The second half of a sign-in. */
@ApiTags('auth')
@Public({ ignoresToken: true })
@Controller('v1/auth/mfa')
export class ChallengeController {
  constructor(
    private readonly signIns: SignIns,
    private readonly mfa: MfaTokens,
    private readonly tokens: AccessTokens,
    private readonly refused: RefusedSignIns,
    private readonly audit: SignInAudit,
  ) {}

  /** A code works once: the present one of the app, the one before it, or a recovery code. */
  @Post('challenge')
  @Operation('passSecondFactor', 'Complete a sign-in with a second factor', {
    description: 'A code works once: the present one of the app, the one before it, or a recovery code.',
    refuses: ['invalid_mfa_token', 'invalid_code', 'cookie_sessions_off', 'cross_site_request'],
  })
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @RespondsWithTokens([LoginView])
  async pass(@Body() { mfaToken, code }: ChallengeDto, @Req() request: FastifyRequest): Promise<LoginView> {
    const half = await this.mfa.verify(mfaToken);
    try {
      const { session, kind } = await this.signIns.finish(half, code, visitorOf(request));
      await this.audit.succeeded(session.userId, kind);
      return await this.tokens.grant(session);
    } catch (error) {
      this.refused.note(error, clientAddress(request));
      await this.audit.refusedCode(half.userId, error);
      throw error;
    }
  }
}
