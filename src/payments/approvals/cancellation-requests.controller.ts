import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { CancelOrderDto } from '../../orders/index.js';
import { type Caller, CurrentCaller, RequirePermission, RequireRecentSignIn } from '../../platform/access/index.js';
import { Creates, IdPipe } from '../../platform/http/index.js';
import { Idempotent } from '../../platform/idempotency/index.js';
import type { OrderId } from '../../shared/ids.js';
import { Operation } from '../../platform/openapi/index.js';
import { presentApproval } from './approval.presenter.js';
import { ApprovalView } from './approval.view.js';
import { ApprovalsService } from './approvals.service.js';

@ApiTags('orders')
@ApiBearerAuth()
@Controller('v1/orders')
export class CancellationRequestsController {
  constructor(private readonly approvals: ApprovalsService) {}

  @Post(':id/cancellation-requests')
  @Operation('requestCancellation', 'Ask a second person to approve a cancellation that gives much money back', {
    description: 'Cancels nothing: what it gives back is counted again when somebody approves.',
    refuses: ['nothing_to_approve', 'invalid_transition', 'nothing_to_cancel', 'order_partly_shipped'],
  })
  @RequirePermission('orders:write')
  @RequireRecentSignIn('shift')
  @Idempotent()
  @Creates(ApprovalView, '/v1/approvals/{id}')
  request(@CurrentCaller() caller: Caller, @Param('id', IdPipe('ord')) id: OrderId, @Body() body: CancelOrderDto) {
    return this.approvals.requestCancellation(caller, id, body).then(presentApproval);
  }
}
