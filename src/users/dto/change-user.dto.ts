import { ApiPropertyOptional } from '@nestjs/swagger';
import { IfPresent } from '../../platform/http/index.js';
import { IsIn } from 'class-validator';
import { type Language, languages } from '../../shared/languages.js';
import { Email } from '../email.js';
import { PersonName } from '../person-name.js';
import { Roles } from '../roles.js';
import { type UserStatus, userStatuses } from '../user.entity.js';

/** The fields that people may change of their own account. The e-mail address is not among them: nobody has verified it. */
export class ChangeMeDto {
  @ApiPropertyOptional({ minLength: 1, maxLength: 200 })
  @IfPresent()
  @PersonName()
  readonly name?: string;

  @ApiPropertyOptional({ enum: languages, description: 'In which mails are written' })
  @IfPresent()
  @IsIn(languages)
  readonly language?: Language;
}

/** The fields that staff may change. */
export class ChangeUserDto extends ChangeMeDto {
  @ApiPropertyOptional({ format: 'email', maxLength: 254 })
  @IfPresent()
  @Email()
  readonly email?: string;

  @IfPresent()
  @Roles()
  readonly roles?: string[];

  @ApiPropertyOptional({ enum: userStatuses, description: 'disabled ends sign-ins and access tokens' })
  @IfPresent()
  @IsIn(userStatuses)
  readonly status?: UserStatus;
}
