import { ApiProperty } from '@nestjs/swagger';
import { Email } from '../../../users/index.js';

export class ForgotPasswordDto {
  @ApiProperty({ format: 'email' })
  @Email()
  readonly email: string;
}
