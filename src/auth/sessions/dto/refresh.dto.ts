import { ApiProperty } from '@nestjs/swagger';
import { IsText } from '../../../platform/http/index.js';
import { SecretMember } from '../../../platform/idempotency/index.js';

export class RefreshDto {
  @ApiProperty({ description: 'The refresh token that came last' })
  @IsText({ min: 1, max: 200 })
  @SecretMember()
  readonly refreshToken: string;
}
