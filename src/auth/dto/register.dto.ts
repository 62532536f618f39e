import { ApiProperty } from '@nestjs/swagger';
import { Email, PersonName } from '../../users/index.js';
import { NewPassword } from '../new-password.js';

export class RegisterDto {
  @ApiProperty({ format: 'email', maxLength: 254 })
  @Email()
  readonly email: string;

  @NewPassword({ alone: true })
  readonly password: string;

  @ApiProperty({ minLength: 1, maxLength: 200 })
  @PersonName()
  readonly name: string;
}
