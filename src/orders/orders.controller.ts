import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OrderId } from '../shared/ids.js';
import { type Caller, CurrentCaller, OwnOr, RequirePermission } from '../platform/access/index.js';
import { answerWithETag, IdPipe, Lists, PageQuery, readCursor } from '../platform/http/index.js';
import { Idempotent } from '../platform/idempotency/index.js';
import { CancelOrderDto } from './dto/cancel-order.dto.js';
import { FulfillOrderDto } from './dto/fulfill-order.dto.js';
import { ListOrdersQuery } from './dto/list-orders.query.js';
import { presentFulfillment, presentOrder } from './order.presenter.js';
import { OrderReplays } from './order.replays.js';
import { FulfillmentView, OrderView } from './order.view.js';
import { FulfillmentsService } from './fulfillments.service.js';
import { OrdersService } from './orders.service.js';

/** Reads, cancels and fulfils orders. The checkout (`src/checkout`) places them. */
@ApiTags('orders')
@ApiBearerAuth()
@Controller('v1/orders')
export class OrdersController {
  constructor(
    private readonly orders: OrdersService,
    private readonly shipping: FulfillmentsService,
  ) {}

  @Get()
  @OwnOr('orders:read')
  @Lists(OrderView, presentOrder)
  list(@Query() query: ListOrdersQuery, @CurrentCaller() caller: Caller) {
    const { status, customerId, limit } = query;
    return this.orders.list(caller, { status, customerId, limit, after: readCursor(query.cursor, ['id']) });
  }

  @Get(':id')
  @OwnOr('orders:read')
  @ApiOkResponse({ type: OrderView })
  async read(
    @Param('id', IdPipe('ord')) id: OrderId,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const order = await this.orders.read(caller, id);
    return answerWithETag(presentOrder(order), order.version, request, reply);
  }

  @Post(':id/cancellation')
  @OwnOr('orders:write')
  @Idempotent({ replays: OrderReplays })
  @ApiCreatedResponse({ type: OrderView })
  cancel(@Param('id', IdPipe('ord')) id: OrderId, @Body() body: CancelOrderDto, @CurrentCaller() caller: Caller) {
    return this.orders.cancel(caller, id, body).then(presentOrder);
  }

  @Post(':id/fulfillments')
  @RequirePermission('orders:fulfill')
  @Idempotent({ replays: OrderReplays })
  @ApiCreatedResponse({ type: FulfillmentView })
  fulfill(@Param('id', IdPipe('ord')) id: OrderId, @Body() body: FulfillOrderDto, @CurrentCaller() caller: Caller) {
    return this.shipping.fulfill(caller, id, body).then(presentFulfillment);
  }

  @Get(':id/fulfillments')
  @OwnOr('orders:read')
  @Lists(FulfillmentView, presentFulfillment)
  fulfillments(
    @Param('id', IdPipe('ord')) id: OrderId,
    @Query() { limit, cursor }: PageQuery,
    @CurrentCaller() caller: Caller,
  ) {
    return this.orders.fulfillments(caller, id, { after: readCursor(cursor, ['id']), limit });
  }
}
