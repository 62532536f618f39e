import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OrderId } from '../shared/ids.js';
import { type Caller, CurrentCaller, OwnOr, RequirePermission } from '../platform/access/index.js';
import {
  answerWithETag,
  Creates,
  IdPipe,
  Lists,
  type Page,
  PageQuery,
  readCursor,
  SendsETag,
} from '../platform/http/index.js';
import { Idempotent } from '../platform/idempotency/index.js';
import { Operation } from '../platform/openapi/index.js';
import { CancelOrderDto } from './dto/cancel-order.dto.js';
import { FulfillOrderDto } from './dto/fulfill-order.dto.js';
import { ListOrdersQuery } from './dto/list-orders.query.js';
import { presentFulfillment, presentOrder } from './order.presenter.js';
import { OrderReplays } from './order.replays.js';
import { FulfillmentView, OrdersPage, OrderView } from './order.view.js';
import { assertAlone, OrderChanges } from './order-changes.js';
import type { Order } from './domain/order.js';
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
    private readonly changes: OrderChanges,
  ) {}

  @Get()
  @Operation('listOrders', 'List orders', { refuses: ['events_deleted'] })
  @OwnOr('orders:read')
  @Lists(OrderView, presentOrder, { page: OrdersPage, fromPrimary: ({ updatedSince }) => updatedSince !== undefined })
  list(@Query() query: ListOrdersQuery, @CurrentCaller() caller: Caller): Promise<Page<Order>> {
    const { cursor, sort, updatedSince: since, ...filter } = query;
    if (since) {
      assertAlone({ ...filter });
      return this.changes.list(caller, { since, limit: query.limit, after: readCursor(cursor, ['id', 'time']) });
    }
    const after = readCursor(cursor, ['id']);
    return this.orders.list(caller, { ...filter, after, ...(sort === 'createdAt' && { isOldestFirst: true }) });
  }

  @Get(':id')
  @Operation('readOrder', 'Read an order')
  @SendsETag()
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
  @Operation('cancelOrder', 'Cancel an order, or a part of it', {
    description: 'Releases the stock and gives back what was paid for it. What was shipped stays sold.',
    refuses: [
      'invalid_transition',
      'nothing_to_cancel',
      'order_partly_shipped',
      'order_discounted',
      'approval_required',
      'recent_sign_in_required',
    ],
  })
  @OwnOr('orders:write')
  @Idempotent({ replays: OrderReplays })
  @Creates(OrderView, '/v1/orders/{id}')
  cancel(@Param('id', IdPipe('ord')) id: OrderId, @Body() body: CancelOrderDto, @CurrentCaller() caller: Caller) {
    return this.orders.cancel(caller, id, body).then(presentOrder);
  }

  @Post(':id/fulfillments')
  @Operation('fulfillOrder', 'Ship an order, or a part of it', {
    refuses: [
      'invalid_transition',
      'nothing_to_fulfill',
      'order_disputed',
      'order_not_paid',
      'order_not_captured',
      'refund_in_progress',
    ],
  })
  @RequirePermission('orders:fulfill')
  @Idempotent({ replays: OrderReplays })
  @ApiCreatedResponse({ type: FulfillmentView })
  fulfill(@Param('id', IdPipe('ord')) id: OrderId, @Body() body: FulfillOrderDto, @CurrentCaller() caller: Caller) {
    return this.shipping.fulfill(caller, id, body).then(presentFulfillment);
  }

  @Get(':id/fulfillments')
  @Operation('listFulfillments', 'List the shipments of an order')
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
