import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IfPresent, IsText } from '../../../platform/http/index.js';
import { WantsCookies } from '../../cookies/wants-cookies.js';
import { SecretMember } from '../../../platform/idempotency/index.js';

export class BeginSignInDto {
  @ApiPropertyOptional({ format: 'uri', description: 'Exactly one of the configured ones; the first when absent' })
  @IfPresent()
  @IsText({ max: 500 })
  readonly redirectUri?: string;
}

export class BeginLinkDto extends BeginSignInDto {
  @ApiProperty({ example: 'google' })
  @IsText({ min: 1, max: 30 })
  readonly provider: string;
}

export class ArrivalDto {
  @ApiProperty({ description: 'The secret with which the sign-in was begun' })
  @IsText({ min: 1, max: 200 })
  @SecretMember()
  readonly flow: string;

  @ApiProperty({ example: 'code=...&state=...', description: 'The query of the URL at which the browser arrived' })
  @IsText({ min: 1, max: 4000 })
  @SecretMember()
  readonly callback: string;
}

export class SignInArrivalDto extends ArrivalDto {
  @WantsCookies()
  readonly cookie?: boolean;
}
