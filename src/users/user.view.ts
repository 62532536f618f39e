import { ApiProperty } from '@nestjs/swagger';
import { type Language, languages } from '../shared/languages.js';
import { type UserStatus, userStatuses } from './user.entity.js';

/** A user as clients see it, without the password hash. */
export class UserView {
  @ApiProperty({ example: 'usr_01h455vb4pex5vsknk084sn02q' })
  readonly id: string;

  @ApiProperty({ format: 'email' })
  readonly email: string;

  @ApiProperty({ description: 'Whether its owner confirmed the address' })
  readonly emailVerified: boolean;

  @ApiProperty()
  readonly name: string;

  @ApiProperty({ enum: languages, description: 'In which mails are written' })
  readonly language: Language;

  @ApiProperty({ type: String, isArray: true, example: ['customer'], description: 'See GET /v1/roles' })
  readonly roles: readonly string[];

  @ApiProperty({ enum: userStatuses, description: "Who holds a disabled account can't sign in" })
  readonly status: UserStatus;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt: string;

  @ApiProperty({ format: 'date-time' })
  readonly updatedAt: string;
}
