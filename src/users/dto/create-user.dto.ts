import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IfPresent } from '../../platform/http/index.js';
import { Email } from '../email.js';
import { PersonName } from '../person-name.js';
import { Roles } from '../roles.js';

export class CreateUserDto {
  @ApiProperty({ format: 'email', maxLength: 254 })
  @Email()
  readonly email: string;

  @ApiProperty({ minLength: 1, maxLength: 200 })
  @PersonName()
  readonly name: string;

  @ApiPropertyOptional({ default: ['customer'] })
  @IfPresent()
  @Roles()
  readonly roles?: string[];
}
