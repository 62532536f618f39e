import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import type { DifferenceId } from '../../../shared/ids.js';
import { manualCodes } from '../../../ledger/index.js';
import { IsId, IsText } from '../../../platform/http/index.js';

export class CreatePostingDto {
  @ApiProperty({
    example: 'rcd_01h455vb4pex5vsknk084sn02q',
    description: 'A difference with the reason foreign or unknown_kind',
  })
  @IsId('rcd')
  readonly differenceId: DifferenceId;

  @ApiProperty({ enum: manualCodes, description: "The account on the other side of the provider's clearing account" })
  @IsIn(manualCodes, { message: `must be an account that people may post to: ${manualCodes.join(', ')}` })
  readonly account: (typeof manualCodes)[number];

  @ApiProperty({ maxLength: 500, description: 'Why, for whoever asks later' })
  @IsText({ max: 500, blank: false })
  readonly note: string;
}
