import { ApiProperty } from '@nestjs/swagger';
import { IsText } from '../../../platform/http/index.js';
import { SecretMember } from '../../../platform/idempotency/index.js';

export class ConfirmEmailDto {
  @ApiProperty({ description: 'The token of the mail' })
  @IsText({ min: 1, max: 200 })
  @SecretMember()
  readonly token: string;
}
