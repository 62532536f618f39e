import { ApiProperty } from '@nestjs/swagger';

class StoreCreditBalanceView {
  @ApiProperty({ example: 'EUR' }) readonly currency: string;
  @ApiProperty({ description: 'Minor units' }) readonly amount: number;
}

export class StoreCreditView {
  @ApiProperty({ example: 'usr_01h455vb4pex5vsknk084sn02q' }) readonly userId: string;
  @ApiProperty({ type: [StoreCreditBalanceView] }) readonly balances: readonly StoreCreditBalanceView[];
}

export class StoreCreditGrantView extends StoreCreditBalanceView {
  @ApiProperty({ example: 'txn_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty() readonly userId: string;
  @ApiProperty() readonly reason: string;
  @ApiProperty({ format: 'date-time' }) readonly createdAt: Date;
}

export class StoreCreditTransferView extends StoreCreditBalanceView {
  @ApiProperty({ example: 'txn_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty() readonly fromUserId: string;
  @ApiProperty() readonly toUserId: string;
  @ApiProperty({ format: 'date-time' }) readonly createdAt: Date;
}
