import { ApiProperty } from '@nestjs/swagger';
import type { EventDocs } from '../platform/outbox/index.js';
import { type MessageSide, messageSides } from './order-message.entity.js';

/** A message without its text, which stays in one place. */
export class MessagePostedEventData {
  @ApiProperty({ example: 'ord_01h455vb4pex5vsknk084sn02q' }) readonly orderId: string;
  @ApiProperty({ example: 'msg_01h455vb4pex5vsknk084sn02q' }) readonly messageId: string;
  @ApiProperty({ enum: messageSides }) readonly side: MessageSide;
}

export const orderMessageEventDocs: EventDocs = {
  'order.message_posted': { about: 'Somebody wrote about an order', data: MessagePostedEventData },
};
