import { ApiPropertyOptional } from '@nestjs/swagger';
import { IfPresent, IsText, PageQuery } from '../../platform/http/index.js';
import { Email } from '../email.js';

export class ListUsersQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'The account with this address, whatever its case' })
  @IfPresent()
  @Email()
  readonly email?: string;

  @ApiPropertyOptional({
    description: 'Words that the name has, or begins with, in any case',
    maxLength: 100,
    example: 'ada love',
  })
  @IfPresent()
  @IsText({ max: 100 })
  readonly name?: string;
}
