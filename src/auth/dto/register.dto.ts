import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import { Email, PersonName } from '../../users/index.js';
import { PASSWORD_LENGTH } from '../domain/password-policy.js';

export class RegisterDto {
  @ApiProperty({ format: 'email', maxLength: 254 })
  @Email()
  readonly email: string;

  @ApiProperty({ format: 'password', minLength: PASSWORD_LENGTH.min, maxLength: PASSWORD_LENGTH.max })
  @IsString()
  @Length(PASSWORD_LENGTH.min, PASSWORD_LENGTH.max)
  readonly password: string;

  @ApiProperty({ minLength: 1, maxLength: 200 })
  @PersonName()
  readonly name: string;
}
