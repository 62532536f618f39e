import { Body, Controller, Get, Param, Post, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller, OwnOr } from '../platform/access/index.js';
import { IdPipe, Lists, PageQuery, readCursor } from '../platform/http/index.js';
import { Idempotent } from '../platform/idempotency/index.js';
import { Operation } from '../platform/openapi/index.js';
import type { OrderId, OrderMessageId } from '../shared/ids.js';
import { PostOrderMessageDto } from './dto/post-order-message.dto.js';
import { OrderMessageLimit } from './order-message-limit.js';
import { presentOrderMessage } from './order-message.presenter.js';
import { OrderMessageReplays } from './order-message.replays.js';
import { OrderMessageView } from './order-message.view.js';
import { OrderMessagesService } from './order-messages.service.js';

@ApiTags('orders')
@ApiBearerAuth()
@Controller('v1/orders/:id/messages')
export class OrderMessagesController {
  constructor(private readonly messages: OrderMessagesService) {}

  @Get()
  @Operation('listOrderMessages', 'List what customer and staff wrote about an order', {
    description: 'The newest first.',
  })
  @OwnOr('orders:read')
  @Lists(OrderMessageView, presentOrderMessage)
  list(
    @Param('id', IdPipe('ord')) id: OrderId,
    @Query() { limit, cursor }: PageQuery,
    @CurrentCaller() caller: Caller,
  ) {
    const before = readCursor(cursor, ['id'])?.[0] as OrderMessageId | undefined;
    return this.messages.list(caller, id, { before, limit });
  }

  @Post()
  @Operation('postOrderMessage', 'Write about an order', {
    description:
      'The customer of the order writes to the staff; whoever has `orders:message` answers. A message stays as it is.',
  })
  @OwnOr('orders:message')
  @UseGuards(OrderMessageLimit)
  @Idempotent({ required: false, replays: OrderMessageReplays })
  @ApiCreatedResponse({ type: OrderMessageView })
  post(
    @Param('id', IdPipe('ord')) id: OrderId,
    @Body() { text }: PostOrderMessageDto,
    @CurrentCaller() caller: Caller,
  ) {
    return this.messages.post(caller, id, text).then(presentOrderMessage);
  }
}
