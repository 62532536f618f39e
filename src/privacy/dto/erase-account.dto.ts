import { ApiProperty } from '@nestjs/swagger';
import { IsText } from '../../platform/http/index.js';

export class EraseAccountDto {
  @ApiProperty({ format: 'password', description: 'The password of the account' })
  @IsText({ max: 1000 })
  readonly password: string;
}
