import { ApiProperty } from '@nestjs/swagger';
import { type MessageSide, messageSides } from './order-message.entity.js';

/** A message about an order as clients see it. */
export class OrderMessageView {
  @ApiProperty({ example: 'msg_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty({ example: 'ord_01h455vb4pex5vsknk084sn02q' }) readonly orderId: string;
  @ApiProperty({ enum: messageSides, description: 'Who wrote it: the customer of the order, or somebody of the staff' })
  readonly side: MessageSide;
  @ApiProperty({ type: String, nullable: true, description: 'null for customers, if somebody of the staff wrote it' })
  readonly authorId: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'null once the customer was erased' })
  readonly text: string | null;
  @ApiProperty({ format: 'date-time' }) readonly createdAt: string;
}
