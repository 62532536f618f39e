import { ApiProperty } from '@nestjs/swagger';
import { IsText } from '../../platform/http/index.js';
import { SecretMember } from '../../platform/idempotency/index.js';
import { WantsCookies } from '../cookies/wants-cookies.js';
import { Email } from '../../users/index.js';

export class LoginDto {
  @ApiProperty({ format: 'email' })
  @Email()
  readonly email: string;

  @ApiProperty({ format: 'password' })
  @IsText({ max: 1000 })
  @SecretMember()
  readonly password: string;

  @WantsCookies()
  readonly cookie?: boolean;
}
