import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OrderId, PaymentId } from '../../shared/ids.js';
import { type Caller, CurrentCaller, OwnOr } from '../../platform/access/index.js';
import { answerWithETag, IdPipe, Lists, PageQuery, readCursor } from '../../platform/http/index.js';
import { Idempotent } from '../../platform/idempotency/index.js';
import { Takes } from '../../platform/routes/index.js';
import { CreatePaymentDto } from './dto/create-payment.dto.js';
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
  @OwnOr('payments:write')
  @Idempotent({ resumable: true, present: presentPayment, isProvisional: isUnderWay, replays: PaymentReplays })
  @ApiCreatedResponse({ type: PaymentView })
  pay(@Param('id', IdPipe('ord')) id: OrderId, @Body() body: CreatePaymentDto, @CurrentCaller() caller: Caller) {
    return this.payments.pay(caller, id, this.terms.of(caller, body));
  }

  @Get('orders/:id/payments')
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
  @OwnOr('payments:read')
  @Lists(PaymentView, presentPayment)
  list(@Query() { limit, cursor }: PageQuery, @CurrentCaller() caller: Caller) {
    return this.payments.list(caller, { limit, after: readCursor(cursor, ['id']) });
  }

  @Get('payments/:id')
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
