import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '../../platform/access/index.js';
import { Operation } from '../../platform/openapi/index.js';
import { ConfirmEmailDto } from '../email-verification/dto/confirm-email.dto.js';
import { AccessUndoService } from './access-undo.service.js';

@ApiTags('auth')
@Public({ ignoresToken: true })
@Controller('v1/auth/added-access')
export class AccessUndoController {
  constructor(private readonly service: AccessUndoService) {}

  /** With the token of the mail about what was added, for seven days. */
  @Post('undo')
  @Operation('undoAddedAccess', 'Undo that somebody added a way into an account', {
    description:
      'With the token of the mail about a new factor, passkey, recovery codes or account at a provider, for seven days. Also removes what was added since a day before it.',
    refuses: ['invalid_token'],
  })
  @HttpCode(204)
  @ApiNoContentResponse({
    description:
      'What was added is gone, password and sessions of the account have ended, and a mail with a token for a new password follows',
  })
  undo(@Body() { token }: ConfirmEmailDto): Promise<void> {
    return this.service.undo(token);
  }
}
