import { ApiPropertyOptional } from '@nestjs/swagger';
import { IfPresent, PageQuery } from '../../platform/http/index.js';
import { Email } from '../email.js';

export class ListUsersQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'The account with this address, whatever its case' })
  @IfPresent()
  @Email()
  readonly email?: string;
}
