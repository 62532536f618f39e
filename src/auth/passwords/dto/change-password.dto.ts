import { ApiProperty } from '@nestjs/swagger';
import { IsText } from '../../../platform/http/index.js';
import { SecretMember } from '../../../platform/idempotency/index.js';
import { NewPassword } from '../../new-password.js';

export class ChangePasswordDto {
  @ApiProperty({ format: 'password' })
  @IsText({ max: 1000 })
  @SecretMember()
  readonly currentPassword: string;

  @NewPassword()
  readonly newPassword: string;
}
