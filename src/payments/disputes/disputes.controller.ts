import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DisputeId, PaymentId } from '../../shared/ids.js';
import { type Caller, CurrentCaller, OwnOr } from '../../platform/access/index.js';
import { answerWithETag, IdPipe, Lists, PageQuery, readCursor } from '../../platform/http/index.js';
import { versionOf } from '../domain/dispute-decision.js';
import { DisputesService } from './disputes.service.js';
import { DisputeView } from './dispute.view.js';
import { presentDispute } from './dispute.presenter.js';

@ApiTags('payments')
@ApiBearerAuth()
@Controller('v1')
export class DisputesController {
  constructor(private readonly disputes: DisputesService) {}

  @Get('payments/:id/disputes')
  @OwnOr('payments:read')
  @Lists(DisputeView, presentDispute)
  list(
    @Param('id', IdPipe('pay')) id: PaymentId,
    @Query() { limit, cursor }: PageQuery,
    @CurrentCaller() caller: Caller,
  ) {
    return this.disputes.list(caller, id, readCursor(cursor, ['id']), limit);
  }

  @Get('disputes/:id')
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
