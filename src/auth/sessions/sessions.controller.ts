import { Body, Controller, Delete, Get, Header, Headers, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Caller, CurrentCaller, Public, SignedIn } from '../../platform/access/index.js';
import { IdPipe, type Page, PageOf, PageQuery } from '../../platform/http/index.js';
import type { SessionId } from '../../shared/ids.js';
import { AccessTokens } from '../access-tokens.js';
import { RespondsWithTokens } from '../cookies/cookie-session.view.js';
import { TokenCookies } from '../cookies/token-cookies.js';
import { LoginView } from '../login.view.js';
import { Operation } from '../../platform/openapi/index.js';
import { RefreshDto } from './dto/refresh.dto.js';
import { originOf } from './origin.js';
import { presentSession } from './session.presenter.js';
import { SessionView } from './session.view.js';
import { InvalidRefreshToken } from './sessions.errors.js';
import { SessionsService } from './sessions.service.js';

@ApiTags('auth')
@Controller('v1/auth')
export class SessionsController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly tokens: AccessTokens,
    private readonly cookies: TokenCookies,
  ) {}

  /** Its answer is not kept under the key, which would store tokens: a repeat gets other ones. */
  @Public({ ignoresToken: true })
  @Post('refresh')
  @Operation('refreshTokens', 'Exchange a refresh token for new tokens', {
    description:
      'A refresh token works once. A client that got no answer may repeat the request within 10 seconds; with an `Idempotency-Key`, as long as no token of an answer was used.',
    refuses: ['invalid_refresh_token', 'cross_site_request'],
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'New for each refresh, and the same for each repeat',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  })
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @RespondsWithTokens([LoginView])
  async refresh(
    @Body() body: RefreshDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<LoginView> {
    const token = this.cookies.refreshToken(request, body.refreshToken);
    try {
      return await this.tokens.grant(await this.sessions.refresh(token, originOf(request), key));
    } catch (error) {
      if (error instanceof InvalidRefreshToken) this.cookies.clear(request, reply);
      throw error;
    }
  }

  /** Needs no access token, because that may have expired. The response is the same for an unknown refresh token. */
  @Public({ ignoresToken: true })
  @Post('logout')
  @Operation('signOut', 'End a session', {
    description:
      'Needs no access token, because that may have expired. The response is the same for an unknown refresh token.',
    refuses: ['cross_site_request'],
  })
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'The session has ended' })
  async signOut(
    @Body() body: RefreshDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.sessions.signOut(this.cookies.refreshToken(request, body.refreshToken));
    this.cookies.clear(request, reply);
  }

  @SignedIn()
  @ApiBearerAuth()
  @Get('sessions')
  @Operation('listSessions', 'List my sessions')
  @ApiOkResponse({ type: PageOf(SessionView) })
  async list(@CurrentCaller() { userId, sessionId }: Caller, @Query() query: PageQuery): Promise<Page<SessionView>> {
    const { data, nextCursor } = await this.sessions.list(userId, query);
    return { data: data.map((session) => presentSession(session, sessionId)), nextCursor };
  }

  @SignedIn()
  @ApiBearerAuth()
  @Delete('sessions')
  @Operation('endAllSessions', 'End all my sessions', { description: 'Also the current one.' })
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'All sessions of the caller have ended, also the current one' })
  revokeAll(@CurrentCaller() { userId }: Caller): Promise<void> {
    return this.sessions.revokeAll(userId);
  }

  @SignedIn()
  @ApiBearerAuth()
  @Delete('sessions/:id')
  @Operation('endSession', 'End one of my sessions')
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'The session has ended' })
  revoke(@CurrentCaller() { userId }: Caller, @Param('id', IdPipe('ses')) id: SessionId): Promise<void> {
    return this.sessions.revoke(userId, id);
  }
}
