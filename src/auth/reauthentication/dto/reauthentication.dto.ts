import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IfPresent, IsText } from '../../../platform/http/index.js';
import { SecretMember } from '../../../platform/idempotency/index.js';

export class ReauthenticationDto {
  @ApiProperty({ format: 'password' })
  @IsText({ max: 1000 })
  @SecretMember()
  readonly password: string;

  @ApiPropertyOptional({ description: 'For an account with a second factor: a code of the app, or a recovery code' })
  @IfPresent()
  @IsText({ min: 1, max: 40 })
  @SecretMember()
  readonly code?: string;
}
