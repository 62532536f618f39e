import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { Email } from '../../users/index.js';

export class LoginDto {
  @ApiProperty({ format: 'email' })
  @Email()
  readonly email: string;

  @ApiProperty({ format: 'password' })
  @IsString()
  @MaxLength(1000)
  readonly password: string;
}
