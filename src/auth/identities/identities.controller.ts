import { Body, Controller, Delete, Get, Header, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller, RequireRecentSignIn, SignedIn } from '../../platform/access/index.js';
import { IdPipe } from '../../platform/http/index.js';
import type { IdentityId } from '../../shared/ids.js';
import { Operation } from '../../platform/openapi/index.js';
import { ArrivalDto, BeginLinkDto } from './dto/authorization.dto.js';
import { FLOW_SECONDS } from './identities.repository.js';
import { IdentitiesService } from './identities.service.js';
import { presentIdentity } from './identity.presenter.js';
import { AuthorizationView, IdentitiesView, IdentityView } from './identity.view.js';

/** The caller's accounts at OpenID Connect providers. */
@ApiTags('auth')
@ApiBearerAuth()
@SignedIn()
@Controller('v1/auth/identities')
export class IdentitiesController {
  constructor(private readonly identities: IdentitiesService) {}

  @Get()
  @Operation('listIdentities', 'List my accounts at identity providers')
  @ApiOkResponse({ type: IdentitiesView })
  async list(@CurrentCaller() { userId }: Caller): Promise<IdentitiesView> {
    return { data: (await this.identities.list(userId)).map((identity) => presentIdentity(identity)) };
  }

  /** Begins to link an account at a provider to the caller's own. */
  @Post('authorizations')
  @RequireRecentSignIn()
  @Operation('beginLinkingIdentity', 'Begin to link an account at an identity provider', {
    refuses: ['not_found', 'identity_provider_unavailable'],
  })
  @Header('Cache-Control', 'no-store')
  @ApiCreatedResponse({ type: AuthorizationView })
  async begin(
    @CurrentCaller() { userId }: Caller,
    @Body() { provider, redirectUri }: BeginLinkDto,
  ): Promise<AuthorizationView> {
    return { ...(await this.identities.begin(provider, redirectUri, userId)), expiresIn: FLOW_SECONDS };
  }

  @Post()
  @RequireRecentSignIn()
  @Operation('linkIdentity', 'Link an account at an identity provider', {
    description: 'Takes what the provider sent to the redirect URI.',
    refuses: ['sign_in_at_provider_failed', 'identity_provider_unavailable', 'identity_taken'],
  })
  @ApiCreatedResponse({ type: IdentityView })
  async link(@CurrentCaller() { userId }: Caller, @Body() arrival: ArrivalDto): Promise<IdentityView> {
    return presentIdentity(await this.identities.link(userId, arrival));
  }

  @Delete(':id')
  @RequireRecentSignIn()
  @Operation('unlinkIdentity', 'Unlink an account at an identity provider')
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'The account at the provider is no way to sign in any more' })
  unlink(@CurrentCaller() { userId }: Caller, @Param('id', IdPipe('idn')) id: IdentityId): Promise<void> {
    return this.identities.unlink(userId, id);
  }
}
