import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller, RequirePermission } from '../../platform/access/index.js';
import { IdPipe, Lists } from '../../platform/http/index.js';
import { Idempotent } from '../../platform/idempotency/index.js';
import type { ApprovalId } from '../../shared/ids.js';
import { ApprovalDecisions } from './approval-decisions.js';
import { presentApproval } from './approval.presenter.js';
import { ApprovalView } from './approval.view.js';
import { ApprovalsService } from './approvals.service.js';
import { DecideApprovalDto, RequestApprovalDto } from './dto/approval.dto.js';
import { ListApprovalsQuery } from './dto/list-approvals.query.js';

@ApiTags('payments')
@ApiBearerAuth()
@Controller('v1/approvals')
export class ApprovalsController {
  constructor(
    private readonly approvals: ApprovalsService,
    private readonly decisions: ApprovalDecisions,
  ) {}

  @Get()
  @RequirePermission('payments:read')
  @Lists(ApprovalView, presentApproval)
  list(@Query() { limit, cursor, status }: ListApprovalsQuery) {
    return this.approvals.list(limit, cursor, status);
  }

  @Post()
  @RequirePermission('payments:refund')
  @Idempotent()
  @ApiOperation({ summary: 'Asks a second person to approve a refund' })
  @ApiCreatedResponse({ type: ApprovalView })
  request(@CurrentCaller() caller: Caller, @Body() { paymentId, ...wanted }: RequestApprovalDto) {
    return this.approvals.request(caller, paymentId, wanted).then(presentApproval);
  }

  @Get(':id')
  @RequirePermission('payments:read')
  @ApiOkResponse({ type: ApprovalView })
  read(@Param('id', IdPipe('apr')) id: ApprovalId) {
    return this.approvals.read(id).then(presentApproval);
  }

  @Post(':id/decision')
  @RequirePermission('approvals:decide')
  @Idempotent({ resumable: true, present: presentApproval })
  @ApiOperation({ summary: 'Approves a refund or a cancellation, which is then made, or rejects it' })
  @ApiCreatedResponse({ type: ApprovalView })
  decide(@CurrentCaller() caller: Caller, @Param('id', IdPipe('apr')) id: ApprovalId, @Body() body: DecideApprovalDto) {
    return this.decisions.decide(caller, id, body);
  }
}
