import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller, Public, SignedIn } from '../../platform/access/index.js';
import { Operation } from '../../platform/openapi/index.js';
import { ConfirmEmailDto } from './dto/confirm-email.dto.js';
import { EmailVerificationService } from './email-verification.service.js';

@ApiTags('auth')
@Controller('v1/auth/email/verification')
export class EmailVerificationController {
  constructor(private readonly verification: EmailVerificationService) {}

  @SignedIn()
  @ApiBearerAuth()
  @Post()
  @Operation('requestEmailConfirmation', 'Ask for a mail to confirm my address')
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'The address of the account gets a mail with a token' })
  request(@CurrentCaller() { userId }: Caller): Promise<void> {
    return this.verification.request(userId);
  }

  /** The token says whose address it is, so that it works in another browser. */
  @Public({ ignoresToken: true })
  @Post('confirmation')
  @Operation('confirmEmail', 'Confirm an address with the token of a mail', {
    description: 'The token says whose address it is, so that it works in another browser.',
    refuses: ['invalid_token'],
  })
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'The address is confirmed' })
  confirm(@Body() { token }: ConfirmEmailDto): Promise<void> {
    return this.verification.confirm(token);
  }
}
