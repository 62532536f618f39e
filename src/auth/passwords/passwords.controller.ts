import { Body, Controller, Header, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { type Caller, CurrentCaller, Public, RequireRecentSignIn, SignedIn } from '../../platform/access/index.js';
import { signInAddress } from '../../platform/throttling/index.js';
import { AccessTokens } from '../access-tokens.js';
import { RespondsWithTokens } from '../cookies/cookie-session.view.js';
import { KnownAddresses } from '../known-addresses.js';
import { LoginView } from '../login.view.js';
import { originOf } from '../sessions/origin.js';
import { SignIns } from '../sign-ins.js';
import { Operation } from '../../platform/openapi/index.js';
import { ChangePasswordDto } from './dto/change-password.dto.js';
import { ForgotPasswordDto } from './dto/forgot-password.dto.js';
import { ResetPasswordDto } from './dto/reset-password.dto.js';
import { PasswordResets } from './password-resets.js';
import { PasswordsService } from './passwords.service.js';

@ApiTags('auth')
@Controller('v1/auth/password')
export class PasswordsController {
  constructor(
    private readonly resets: PasswordResets,
    private readonly passwords: PasswordsService,
    private readonly addresses: KnownAddresses,
    private readonly signIns: SignIns,
    private readonly tokens: AccessTokens,
  ) {}

  /** The response is the same whether or not the account exists. */
  @Public({ ignoresToken: true })
  @Post('forgot')
  @Operation('requestPasswordReset', 'Ask for a mail to set a new password', {
    description: 'The response is the same whether or not the account exists.',
  })
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'If there is an account with this address, it gets a mail' })
  forgot(@Body() { email }: ForgotPasswordDto): Promise<void> {
    return this.resets.forgot(email);
  }

  /** Signs nobody in, so that a second factor can't be avoided. */
  @Public({ ignoresToken: true })
  @Post('reset')
  @Operation('resetPassword', 'Set a new password with the token of a mail', {
    description: 'Ends all sessions of the account, and signs nobody in.',
    refuses: ['invalid_token'],
  })
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'The password is set, and all sessions of the account have ended' })
  async reset(@Body() body: ResetPasswordDto, @Req() request: FastifyRequest): Promise<void> {
    const address = signInAddress(request);
    // The owner may sign in from here, whatever strangers try meanwhile.
    await this.addresses.remember(await this.resets.reset(body, address), address);
  }

  /** Ends all sessions of the account, and returns the tokens of a new one. */
  @SignedIn()
  @ApiBearerAuth()
  @RequireRecentSignIn()
  @Post('change')
  @Operation('changePassword', 'Change my password', {
    description: 'Ends all sessions of the account, and returns the tokens of a new one.',
    refuses: ['invalid_credentials', 'password_too_short'],
  })
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @RespondsWithTokens([LoginView])
  async change(
    @CurrentCaller() { userId, sessionId }: Caller,
    @Body() body: ChangePasswordDto,
    @Req() request: FastifyRequest,
  ): Promise<LoginView> {
    await this.passwords.change(userId, body, signInAddress(request));
    return this.tokens.grant(await this.signIns.goOn(userId, sessionId!, originOf(request)));
  }
}
