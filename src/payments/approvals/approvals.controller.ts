import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller, RequirePermission, RequireRecentSignIn } from '../../platform/access/index.js';
import { Creates, IdPipe, Lists } from '../../platform/http/index.js';
import { Idempotent } from '../../platform/idempotency/index.js';
import type { ApprovalId } from '../../shared/ids.js';
import { Operation } from '../../platform/openapi/index.js';
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
  @Operation('listApprovals', 'List requests for a second person')
  @RequirePermission('payments:read')
  @Lists(ApprovalView, presentApproval)
  list(@Query() { limit, cursor, status }: ListApprovalsQuery) {
    return this.approvals.list(limit, cursor, status);
  }

  @Post()
  @Operation('requestApproval', 'Ask a second person to approve a refund', {
    description: 'Sets nothing aside: the amount is checked again when somebody approves.',
    refuses: ['invalid_transition', 'amount_too_large', 'nothing_to_refund'],
  })
  @RequirePermission('payments:refund')
  @RequireRecentSignIn('shift')
  @Idempotent()
  @Creates(ApprovalView, '/v1/approvals/{id}')
  request(@CurrentCaller() caller: Caller, @Body() { paymentId, ...wanted }: RequestApprovalDto) {
    return this.approvals.request(caller, paymentId, wanted).then(presentApproval);
  }

  @Get(':id')
  @Operation('readApproval', 'Read a request for a second person')
  @RequirePermission('payments:read')
  @ApiOkResponse({ type: ApprovalView })
  read(@Param('id', IdPipe('apr')) id: ApprovalId) {
    return this.approvals.read(id).then(presentApproval);
  }

  @Post(':id/decision')
  @Operation('decideApproval', 'Approve a refund or a cancellation, which is then made, or reject it', {
    description: 'For people; nobody decides on their own request.',
    refuses: [
      'not_for_api_keys',
      'own_approval',
      'already_decided',
      'invalid_transition',
      'amount_too_large',
      'approval_required',
      'nothing_to_cancel',
      'order_partly_shipped',
      'operation_under_way',
      'provider_not_configured',
    ],
  })
  @RequirePermission('approvals:decide')
  @RequireRecentSignIn()
  @Idempotent({ resumable: true, present: presentApproval })
  @Creates(ApprovalView, '/v1/approvals/{id}')
  decide(@CurrentCaller() caller: Caller, @Param('id', IdPipe('apr')) id: ApprovalId, @Body() body: DecideApprovalDto) {
    return this.decisions.decide(caller, id, body);
  }
}
