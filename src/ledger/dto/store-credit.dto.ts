import { ApiProperty } from '@nestjs/swagger';
import type { UserId } from '../../shared/ids.js';
import { IsCurrency, IsId } from '../../platform/http/index.js';
import { IsPostedAmount, IsReason } from './journal.dto.js';

export class GrantStoreCreditDto {
  @IsPostedAmount()
  readonly amount: number;

  @ApiProperty({ example: 'EUR' })
  @IsCurrency()
  readonly currency: string;

  @IsReason()
  readonly reason: string;
}

export class TransferStoreCreditDto {
  @ApiProperty({ example: 'usr_01h455vb4pex5vsknk084sn02q' })
  @IsId('usr')
  readonly toUserId: UserId;

  @IsPostedAmount()
  readonly amount: number;

  @ApiProperty({ example: 'EUR' })
  @IsCurrency()
  readonly currency: string;
}
