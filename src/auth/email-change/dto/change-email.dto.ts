import { ApiProperty } from '@nestjs/swagger';
import { Email } from '../../../users/index.js';

export class ChangeEmailDto {
  @ApiProperty({ format: 'email', maxLength: 254 })
  @Email()
  readonly email: string;
}
