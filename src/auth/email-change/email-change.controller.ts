import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller, Public, RequireRecentSignIn, SignedIn } from '../../platform/access/index.js';
import { Operation } from '../../platform/openapi/index.js';
import { ConfirmEmailDto } from '../email-verification/dto/confirm-email.dto.js';
import { ChangeEmailDto } from './dto/change-email.dto.js';
import { EmailChangeService } from './email-change.service.js';

@ApiTags('users')
@Controller('v1')
export class EmailChangeController {
  constructor(private readonly changes: EmailChangeService) {}

  /** The account keeps its address until the new one is confirmed. The response is the same for an address that has an account. */
  @SignedIn()
  @ApiBearerAuth()
  @RequireRecentSignIn()
  @Post('users/me/email-change')
  @Operation('changeMyEmail', 'Ask for a mail to a new address of my account', {
    description:
      'The account keeps its address until the new one is confirmed. The response is the same for an address that has an account.',
  })
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'The new address gets a mail with a token' })
  begin(@CurrentCaller() { userId }: Caller, @Body() { email }: ChangeEmailDto): Promise<void> {
    return this.changes.begin(userId, email);
  }

  /** The token says whose address it is to be, so that it works in another browser. */
  @Public({ ignoresToken: true })
  @Post('auth/email-change/confirmation')
  @Operation('confirmEmailChange', 'Confirm a new address with the token of a mail', {
    description: 'The token says whose address it is to be, so that it works in another browser.',
    refuses: ['invalid_token', 'email_taken'],
  })
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'The account has the new address; the old one gets a mail' })
  confirm(@Body() { token }: ConfirmEmailDto): Promise<void> {
    return this.changes.confirm(token);
  }

  /** With the token of the mail to the old address, for seven days. */
  @Public({ ignoresToken: true })
  @Post('auth/email-change/undo')
  @Operation('undoEmailChange', 'Take an account back to its old address', {
    description: 'With the token of the mail to the old address, for seven days.',
    refuses: ['invalid_token', 'email_taken'],
  })
  @HttpCode(204)
  @ApiNoContentResponse({
    description:
      'The account has the old address, its password and sessions have ended, and a mail with a token for a new password follows',
  })
  undo(@Body() { token }: ConfirmEmailDto): Promise<void> {
    return this.changes.undo(token);
  }
}
