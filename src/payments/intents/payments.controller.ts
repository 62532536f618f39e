import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OrderId, PaymentId } from '../../shared/ids.js';
import { type Caller, CurrentCaller, OwnOr } from '../../platform/access/index.js';
import { answerWithETag, Creates, IdPipe, Lists, PageQuery, readCursor, SendsETag } from '../../platform/http/index.js';
import { Idempotent } from '../../platform/idempotency/index.js';
import { Takes } from '../../platform/routes/index.js';
import { Operation } from '../../platform/openapi/index.js';
import { CreatePaymentDto } from './dto/create-payment.dto.js';
import { ListPaymentsQuery } from './dto/list-payments.query.js';
import { presentPayment } from './payment.presenter.js';
import { isUnderWay, PaymentReplays } from './payment.replays.js';
import { PaymentTerms } from './payment-terms.js';
import { PaymentView } from './payment.view.js';
import { PaymentsService } from './payments.service.js';

@ApiTags('payments')
@ApiBearerAuth()
@Controller('v1')
export class PaymentsController {
  constructor(
    private readonly payments: PaymentsService,
    private readonly terms: PaymentTerms,
  ) {}

  @Takes({ priority: 'essential' })
  @Post('orders/:id/payments')
  @Operation('payOrder', 'Pay an order, or a part of it', {
    description:
      'A declined payment is a created one: 201 with `status: declined` and the reason. While the outcome is unknown, the status is `processing`.',
    refuses: [
      'invalid_transition',
      'order_not_payable',
      'amount_too_large',
      'order_declined_too_often',
      'too_many_declines',
      'insufficient_store_credit',
      'provider_not_configured',
    ],
  })
  @OwnOr('payments:write')
  @Idempotent({ resumable: true, present: presentPayment, isProvisional: isUnderWay, replays: PaymentReplays })
  @Creates(PaymentView, '/v1/payments/{id}')
  pay(@Param('id', IdPipe('ord')) id: OrderId, @Body() body: CreatePaymentDto, @CurrentCaller() caller: Caller) {
    return this.payments.pay(caller, id, this.terms.of(caller, body));
  }

  @Get('orders/:id/payments')
  @Operation('listPaymentsOfOrder', 'List the payments of an order')
  @OwnOr('payments:read')
  @Lists(PaymentView, presentPayment)
  listOfOrder(
    @Param('id', IdPipe('ord')) orderId: OrderId,
    @Query() { limit, cursor }: PageQuery,
    @CurrentCaller() caller: Caller,
  ) {
    return this.payments.list(caller, { orderId, limit, after: readCursor(cursor, ['id']) });
  }

  @Get('payments')
  @Operation('listPayments', 'List payments')
  @OwnOr('payments:read')
  @Lists(PaymentView, presentPayment)
  list(@Query() { cursor, ...filter }: ListPaymentsQuery, @CurrentCaller() caller: Caller) {
    return this.payments.list(caller, { ...filter, after: readCursor(cursor, ['id']) });
  }

  @Get('payments/:id')
  @Operation('readPayment', 'Read a payment')
  @SendsETag()
  @OwnOr('payments:read')
  @ApiOkResponse({ type: PaymentView })
  async read(
    @Param('id', IdPipe('pay')) id: PaymentId,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const payment = await this.payments.read(caller, id);
    return answerWithETag(presentPayment(payment), payment.version, request, reply);
  }
}
