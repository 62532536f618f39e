import { Body, Controller, Header, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { BeforeSecondFactor, type Caller, CurrentCaller, SignedIn } from '../../platform/access/index.js';
import { clientAddress, signInAddress } from '../../platform/throttling/index.js';
import { AccessTokens } from '../access-tokens.js';
import { RespondsWithTokens } from '../cookies/cookie-session.view.js';
import { AccessTokenView } from '../login.view.js';
import { RefusedSignIns } from '../refused-sign-ins.js';
import { SignInAudit } from '../sign-in-audit.js';
import { Operation } from '../../platform/openapi/index.js';
import { ReauthenticationDto } from './dto/reauthentication.dto.js';
import { ReauthenticationService } from './reauthentication.service.js';

@ApiTags('auth')
@ApiBearerAuth()
@SignedIn()
@Controller('v1/auth/reauthentication')
export class ReauthenticationController {
  constructor(
    private readonly service: ReauthenticationService,
    private readonly tokens: AccessTokens,
    private readonly refused: RefusedSignIns,
    private readonly audit: SignInAudit,
  ) {}

  /** Signs in again within the session, for changes that need a sign-in at most 10 minutes old. The refresh token stays valid. */
  @Post()
  @Operation('signInAgain', 'Sign in again within the session', {
    description: 'For changes that need a recent sign-in. The refresh token stays valid.',
    refuses: ['invalid_credentials', 'invalid_code'],
  })
  @BeforeSecondFactor()
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @RespondsWithTokens([AccessTokenView])
  async reauthenticate(
    @CurrentCaller() caller: Caller,
    @Body() { password, code }: ReauthenticationDto,
    @Req() request: FastifyRequest,
  ): Promise<AccessTokenView> {
    try {
      const session = await this.service.reauthenticate(caller, password, code, signInAddress(request));
      await this.audit.repeated(caller.userId);
      return await this.tokens.grantAccess(session);
    } catch (error) {
      this.refused.note(error, clientAddress(request));
      await this.audit.refusedRepeat(caller.userId, error);
      throw error;
    }
  }
}
