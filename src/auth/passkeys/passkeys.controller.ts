import { Body, Controller, Delete, Get, Header, HttpCode, Param, Patch, Post, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import {
  BeforeSecondFactor,
  type Caller,
  CurrentCaller,
  RequireRecentSignIn,
  SignedIn,
} from '../../platform/access/index.js';
import { IdPipe } from '../../platform/http/index.js';
import { Operation } from '../../platform/openapi/index.js';
import type { PasskeyId } from '../../shared/ids.js';
import { AccessTokens } from '../access-tokens.js';
import { RespondsWithTokens } from '../cookies/cookie-session.view.js';
import { originOf } from '../sessions/origin.js';
import { SignIns } from '../sign-ins.js';
import { AddPasskeyDto, PasskeyNameDto } from './dto/passkey.dto.js';
import { PasskeyCeremonies } from './passkey-ceremonies.js';
import { presentPasskey } from './passkey.presenter.js';
import {
  AddedPasskeyView,
  CookieFirstPasskeyView,
  FirstPasskeyView,
  PasskeyOptionsView,
  PasskeysView,
  PasskeyView,
} from './passkey.view.js';
import { PasskeysService } from './passkeys.service.js';
import { CHALLENGE_SECONDS } from './passkey-verifier.js';

/** The caller's passkeys. */
@ApiTags('auth')
@ApiBearerAuth()
@SignedIn()
@Controller('v1/auth/passkeys')
export class PasskeysController {
  constructor(
    private readonly ceremonies: PasskeyCeremonies,
    private readonly passkeys: PasskeysService,
    private readonly signIns: SignIns,
    private readonly tokens: AccessTokens,
  ) {}

  @Get()
  @Operation('listPasskeys', 'List my passkeys')
  @BeforeSecondFactor()
  @ApiOkResponse({ type: PasskeysView })
  async list(@CurrentCaller() { userId }: Caller): Promise<PasskeysView> {
    return { data: (await this.passkeys.list(userId)).map((passkey) => presentPasskey(passkey)) };
  }

  @Post('registrations')
  @Operation('beginPasskey', 'Begin to add a passkey', {
    description: 'Returns the options with which the page asks the browser to make it. They work once.',
  })
  @RequireRecentSignIn()
  @BeforeSecondFactor()
  @Header('Cache-Control', 'no-store')
  @ApiCreatedResponse({ type: PasskeyOptionsView })
  async begin(@CurrentCaller() { userId }: Caller): Promise<PasskeyOptionsView> {
    return { publicKey: await this.ceremonies.beginRegistration(userId), expiresIn: CHALLENGE_SECONDS };
  }

  /** Not idempotent by key, which would store tokens. */
  @Post()
  @Operation('addPasskey', 'Add a passkey', {
    description:
      'Takes what the browser made. The first factor of an account ends all its sessions: then the response has the tokens of a new one and ten recovery codes.',
    refuses: ['invalid_passkey', 'too_many_passkeys'],
  })
  @RequireRecentSignIn()
  @BeforeSecondFactor()
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @RespondsWithTokens([AddedPasskeyView, FirstPasskeyView], CookieFirstPasskeyView)
  async add(
    @CurrentCaller() { userId }: Caller,
    @Body() { name, credential }: AddPasskeyDto,
    @Req() request: FastifyRequest,
  ): Promise<AddedPasskeyView | FirstPasskeyView> {
    const { passkey, recoveryCodes } = await this.ceremonies.register(userId, name, credential);
    const shown = { passkey: presentPasskey(passkey) };
    if (!recoveryCodes) return { firstFactor: false, ...shown };
    const session = await this.signIns.withFactor(userId, 'passkey', originOf(request));
    return { ...(await this.tokens.grant(session)), firstFactor: true, ...shown, recoveryCodes };
  }

  @Patch(':id')
  @Operation('renamePasskey', 'Rename a passkey')
  @ApiOkResponse({ type: PasskeyView })
  async rename(
    @CurrentCaller() { userId }: Caller,
    @Param('id', IdPipe('psk')) id: PasskeyId,
    @Body() { name }: PasskeyNameDto,
  ): Promise<PasskeyView> {
    return presentPasskey(await this.passkeys.rename(userId, id, name));
  }

  @Delete(':id')
  @Operation('removePasskey', 'Remove a passkey', {
    description: 'Ends all sessions of the account when it was the last factor.',
    refuses: ['password_too_short'],
  })
  @RequireRecentSignIn()
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'The passkey is no way to sign in any more' })
  remove(@CurrentCaller() { userId }: Caller, @Param('id', IdPipe('psk')) id: PasskeyId): Promise<void> {
    return this.passkeys.remove(userId, id);
  }
}
