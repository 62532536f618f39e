import { ApiProperty } from '@nestjs/swagger';
import { IsText } from '../../../platform/http/index.js';
import { WantsCookies } from '../../cookies/wants-cookies.js';
import { SecretMember } from '../../../platform/idempotency/index.js';

export class CodeDto {
  @ApiProperty({ description: 'The six digits that the app shows', example: '287082' })
  @IsText({ min: 1, max: 40 })
  @SecretMember()
  readonly code: string;
}

export class ChallengeDto {
  @ApiProperty({ description: 'From `POST /v1/auth/login`' })
  @IsText({ min: 1, max: 2000 })
  @SecretMember()
  readonly mfaToken: string;

  @WantsCookies()
  readonly cookie?: boolean;

  @ApiProperty({ description: 'The six digits that the app shows, or a recovery code', example: '287082' })
  @IsText({ min: 1, max: 40 })
  @SecretMember()
  readonly code: string;
}
