import { ApiPropertyOptional } from '@nestjs/swagger';
import { IfPresent, IsWhole } from '../../../platform/http/index.js';
import { MAX_AMOUNT } from '../../../shared/money.js';

export class CreateCaptureDto {
  @ApiPropertyOptional({ description: 'Minor units; all that is still authorised when absent' })
  @IfPresent()
  @IsWhole({ min: 1, max: MAX_AMOUNT })
  readonly amount?: number;
}
