import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ReconciliationId } from '../../shared/ids.js';
import { type Caller, CurrentCaller, RequirePermission } from '../../platform/access/index.js';
import { answerWithETag, IdPipe, Lists, readCursor, SendsETag } from '../../platform/http/index.js';
import { Idempotent } from '../../platform/idempotency/index.js';
import { Operation } from '../../platform/openapi/index.js';
import { DifferencePostings } from './difference-postings.js';
import { CreatePostingDto } from './dto/create-posting.dto.js';
import { CreateResolutionDto } from './dto/create-resolution.dto.js';
import { ListDifferencesQuery, ListReconciliationsQuery } from './dto/reconciliation.query.js';
import {
  presentDifference,
  presentPosting,
  presentReconciliation,
  presentResolution,
} from './reconciliation.presenter.js';
import { DifferencePostingView, DifferenceView, ReconciliationView, ResolutionView } from './reconciliation.view.js';
import { ReconciliationsService } from './reconciliations.service.js';

@ApiTags('reconciliation')
@ApiBearerAuth()
@Controller('v1/reconciliations')
export class ReconciliationsController {
  constructor(
    private readonly reconciliations: ReconciliationsService,
    private readonly postings: DifferencePostings,
  ) {}

  @Get()
  @Operation('listReconciliations', "List the days of providers' statements that were compared with the ledger")
  @RequirePermission('ledger:read')
  @Lists(ReconciliationView, presentReconciliation)
  list(@Query() { cursor, ...filter }: ListReconciliationsQuery) {
    return this.reconciliations.list({ ...filter, after: readCursor(cursor, ['id']) });
  }

  @Get(':id')
  @Operation('readReconciliation', 'Read the reconciliation of a day')
  @SendsETag()
  @RequirePermission('ledger:read')
  @ApiOkResponse({ type: ReconciliationView })
  async read(
    @Param('id', IdPipe('rcn')) id: ReconciliationId,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const reconciliation = await this.reconciliations.read(id);
    return answerWithETag(presentReconciliation(reconciliation), reconciliation.version, request, reply);
  }

  @Get(':id/differences')
  @Operation('listDifferences', 'List the differences between a statement and the ledger')
  @RequirePermission('ledger:read')
  @Lists(DifferenceView, presentDifference)
  listDifferences(
    @Param('id', IdPipe('rcn')) reconciliationId: ReconciliationId,
    @Query() { cursor, ...filter }: ListDifferencesQuery,
  ) {
    const after = readCursor(cursor, ['id']);
    return this.reconciliations.listDifferences({ ...filter, reconciliationId, after });
  }

  @Post(':id/resolutions')
  @Operation('resolveDifference', 'Explain or resolve a difference', { refuses: ['invalid_transition'] })
  @RequirePermission('ledger:write')
  @Idempotent({ required: false })
  @ApiCreatedResponse({ type: ResolutionView })
  async resolve(
    @Param('id', IdPipe('rcn')) id: ReconciliationId,
    @Body() body: CreateResolutionDto,
    @CurrentCaller() caller: Caller,
  ) {
    return presentResolution(await this.reconciliations.resolve(caller, id, body));
  }

  /** Posts foreign or unknown money to an account, once, and resolves its difference. */
  @Post(':id/postings')
  @Operation('postDifference', 'Post foreign or unknown money of a statement to an account', {
    description: 'Once; it resolves the difference.',
    refuses: ['difference_not_postable', 'difference_posted'],
  })
  @RequirePermission('ledger:write')
  @Idempotent()
  @ApiCreatedResponse({ type: DifferencePostingView })
  async post(
    @Param('id', IdPipe('rcn')) id: ReconciliationId,
    @Body() body: CreatePostingDto,
    @CurrentCaller() caller: Caller,
  ) {
    return presentPosting(await this.postings.post(caller, id, body));
  }
}
