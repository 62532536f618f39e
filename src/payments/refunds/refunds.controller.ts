import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { PaymentId, RefundId } from '../../shared/ids.js';
import {
  type Caller,
  CurrentCaller,
  OwnOr,
  RequirePermission,
  RequireRecentSignIn,
} from '../../platform/access/index.js';
import { Creates, EmptyBodyPipe, IdPipe, Lists, PageQuery, readCursor } from '../../platform/http/index.js';
import { Idempotent } from '../../platform/idempotency/index.js';
import { Operation } from '../../platform/openapi/index.js';
import { CreateRefundDto } from './dto/create-refund.dto.js';
import { ListRefundsQuery } from './dto/list-refunds.query.js';
import { presentRefund } from './refund.presenter.js';
import { isRefundUnderWay, RefundReplays, RetryReplays } from './refund.replays.js';
import { RefundView } from './refund.view.js';
import { RefundsService } from './refunds.service.js';

@ApiTags('payments')
@ApiBearerAuth()
@Controller('v1')
export class RefundsController {
  constructor(private readonly refunds: RefundsService) {}

  @Post('payments/:id/refunds')
  @Operation('refundPayment', 'Refund a payment, or a part of it', {
    description: 'An amount, or pieces of lines with the tax in them; without both, all that is left.',
    refuses: [
      'invalid_transition',
      'amount_too_large',
      'nothing_to_refund',
      'approval_required',
      'operation_under_way',
      'provider_not_configured',
      'store_credit_too_large',
    ],
  })
  @RequirePermission('payments:refund')
  @RequireRecentSignIn('shift')
  @Idempotent({
    resumable: true,
    present: presentRefund,
    isProvisional: isRefundUnderWay,
    replays: RefundReplays,
  })
  @Creates(RefundView, '/v1/refunds/{id}')
  refund(@Param('id', IdPipe('pay')) id: PaymentId, @Body() body: CreateRefundDto, @CurrentCaller() caller: Caller) {
    return this.refunds.refund(caller, id, body);
  }

  @Get('payments/:id/refunds')
  @Operation('listRefundsOfPayment', 'List the refunds of a payment')
  @OwnOr('payments:read')
  @Lists(RefundView, presentRefund)
  list(
    @Param('id', IdPipe('pay')) paymentId: PaymentId,
    @Query() { limit, cursor }: PageQuery,
    @CurrentCaller() caller: Caller,
  ) {
    return this.refunds.list(caller, { paymentId, limit, after: readCursor(cursor, ['id']) });
  }

  @Get('refunds')
  @Operation('listRefunds', 'List refunds')
  @RequirePermission('payments:read')
  @Lists(RefundView, presentRefund)
  listAll(@Query() { cursor, ...filter }: ListRefundsQuery, @CurrentCaller() caller: Caller) {
    return this.refunds.list(caller, { ...filter, after: readCursor(cursor, ['id']) });
  }

  @Post('refunds/:id/retries')
  @Operation('retryRefund', 'Try a refund again that its provider refused', {
    refuses: [
      'invalid_transition',
      'amount_too_large',
      'nothing_to_refund',
      'approval_required',
      'operation_under_way',
      'provider_not_configured',
      'store_credit_too_large',
    ],
  })
  @RequirePermission('payments:refund')
  @RequireRecentSignIn('shift')
  @Idempotent({ resumable: true, present: presentRefund, isProvisional: isRefundUnderWay, replays: RetryReplays })
  @Creates(RefundView, '/v1/refunds/{id}')
  retry(
    @Param('id', IdPipe('rfd')) id: RefundId,
    @Body(new EmptyBodyPipe()) _: undefined,
    @CurrentCaller() caller: Caller,
  ) {
    return this.refunds.retry(caller, id);
  }

  @Get('refunds/:id')
  @Operation('readRefund', 'Read a refund')
  @OwnOr('payments:read')
  @ApiOkResponse({ type: RefundView })
  read(@Param('id', IdPipe('rfd')) id: RefundId, @CurrentCaller() caller: Caller) {
    return this.refunds.read(caller, id).then(presentRefund);
  }
}
