import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DisputeId, PaymentId } from '../../shared/ids.js';
import { type Caller, CurrentCaller, OwnOr, RequirePermission } from '../../platform/access/index.js';
import { answerWithETag, IdPipe, Lists, PageQuery, readCursor, SendsETag } from '../../platform/http/index.js';
import { versionOf } from '../domain/dispute-decision.js';
import { Operation } from '../../platform/openapi/index.js';
import { ListDisputesQuery } from './dto/list-disputes.query.js';
import { DisputesService } from './disputes.service.js';
import { DisputeView } from './dispute.view.js';
import { presentDispute } from './dispute.presenter.js';

@ApiTags('payments')
@ApiBearerAuth()
@Controller('v1')
export class DisputesController {
  constructor(private readonly disputes: DisputesService) {}

  @Get('payments/:id/disputes')
  @Operation('listDisputesOfPayment', 'List the disputes of a payment')
  @OwnOr('payments:read')
  @Lists(DisputeView, presentDispute)
  list(
    @Param('id', IdPipe('pay')) id: PaymentId,
    @Query() { limit, cursor }: PageQuery,
    @CurrentCaller() caller: Caller,
  ) {
    return this.disputes.list(caller, { paymentId: id, limit, after: readCursor(cursor, ['id']) });
  }

  @Get('disputes')
  @Operation('listDisputes', 'List disputes')
  @RequirePermission('payments:read')
  @Lists(DisputeView, presentDispute)
  listAll(@Query() { cursor, ...filter }: ListDisputesQuery, @CurrentCaller() caller: Caller) {
    return this.disputes.list(caller, { ...filter, after: readCursor(cursor, ['id']) });
  }

  @Get('disputes/:id')
  @Operation('readDispute', 'Read a dispute')
  @SendsETag()
  @OwnOr('payments:read')
  @ApiOkResponse({ type: DisputeView })
  async read(
    @Param('id', IdPipe('dsp')) id: DisputeId,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const dispute = await this.disputes.read(caller, id);
    return answerWithETag(presentDispute(dispute), versionOf(dispute), request, reply);
  }
}
