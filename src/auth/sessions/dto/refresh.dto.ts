import { ApiPropertyOptional } from '@nestjs/swagger';
import { IfPresent, IsText } from '../../../platform/http/index.js';
import { SecretMember } from '../../../platform/idempotency/index.js';

export class RefreshDto {
  @ApiPropertyOptional({ description: 'The refresh token that came last; a browser has it in a cookie' })
  @IfPresent()
  @IsText({ min: 1, max: 200 })
  @SecretMember()
  readonly refreshToken?: string;
}
