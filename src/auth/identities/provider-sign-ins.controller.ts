import { Body, Controller, Get, Header, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Public } from '../../platform/access/index.js';
import { RespondsWithTokens } from '../cookies/cookie-session.view.js';
import { LoginView, MfaView } from '../login.view.js';
import { visitorOf } from '../sessions/origin.js';
import { SignInAudit } from '../sign-in-audit.js';
import { SignInTokens } from '../sign-in-tokens.js';
import { Operation } from '../../platform/openapi/index.js';
import { BeginSignInDto, SignInArrivalDto } from './dto/authorization.dto.js';
import { FLOW_SECONDS } from './identities.repository.js';
import { IdentitiesService } from './identities.service.js';
import { IdentityProviders } from './identity-providers.js';
import { AuthorizationView, IdentityProvidersView } from './identity.view.js';
import { ProviderSignIns } from './provider-sign-ins.js';

/** Signing in with an account at an OpenID Connect provider. */
@ApiTags('auth')
@Public({ ignoresToken: true })
@Controller('v1/auth/providers')
export class ProviderSignInsController {
  constructor(
    private readonly providers: IdentityProviders,
    private readonly identities: IdentitiesService,
    private readonly signIns: ProviderSignIns,
    private readonly tokens: SignInTokens,
    private readonly audit: SignInAudit,
  ) {}

  @Get()
  @Operation('listIdentityProviders', 'List the identity providers that people can sign in with')
  @ApiOkResponse({ type: IdentityProvidersView })
  list(): IdentityProvidersView {
    return { data: this.providers.list.map(({ id, name }) => ({ id, name })) };
  }

  @Post(':provider/authorizations')
  @Operation('beginSignInAtProvider', 'Begin to sign in with an identity provider', {
    description: 'Returns the page of the provider, to which the browser goes. OpenID Connect with PKCE.',
    refuses: ['identity_provider_unavailable'],
  })
  @Header('Cache-Control', 'no-store')
  @ApiCreatedResponse({ type: AuthorizationView })
  async begin(
    @Param('provider') provider: string,
    @Body() { redirectUri }: BeginSignInDto,
  ): Promise<AuthorizationView> {
    return { ...(await this.identities.begin(provider, redirectUri, null)), expiresIn: FLOW_SECONDS };
  }

  /** With a second factor, the response has `mfaRequired` and a token for `POST /v1/auth/mfa/challenge`, and signs nobody in. */
  @Post(':provider/sign-ins')
  @Operation('completeSignInAtProvider', 'Complete a sign-in with an identity provider', {
    description:
      'Takes what the provider sent to the redirect URI. With a second factor, the response has `mfaRequired` and a token for `POST /v1/auth/mfa/challenge`, and signs nobody in.',
    refuses: [
      'cookie_sessions_off',
      'cross_site_request',
      'sign_in_at_provider_failed',
      'identity_provider_unavailable',
      'identity_not_linked',
      'identity_without_email',
      'identity_taken',
      'invalid_credentials',
    ],
  })
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @RespondsWithTokens([LoginView, MfaView])
  async complete(
    @Param('provider') provider: string,
    @Body() { flow, callback }: SignInArrivalDto,
    @Req() request: FastifyRequest,
  ): Promise<LoginView | MfaView> {
    const signIn = await this.signIns.complete(provider, { flow, callback }, visitorOf(request));
    if (signIn.session) await this.audit.succeeded(signIn.session.userId);
    return this.tokens.grant(signIn);
  }
}
