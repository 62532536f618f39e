import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { LedgerTransactionId } from '../shared/ids.js';
import { type Caller, CurrentCaller, RequirePermission, RequireRecentSignIn } from '../platform/access/index.js';
import { Creates, IdPipe } from '../platform/http/index.js';
import { Idempotent } from '../platform/idempotency/index.js';
import { Operation } from '../platform/openapi/index.js';
import { PostTransactionDto, ReverseTransactionDto } from './dto/journal.dto.js';
import { LedgerTransactionView } from './ledger.view.js';
import { JournalService } from './journal.service.js';
import { presentTransaction } from './ledger.presenter.js';

@ApiTags('ledger')
@ApiBearerAuth()
@RequirePermission('ledger:write')
@Controller('v1/ledger/transactions')
export class JournalController {
  constructor(private readonly journal: JournalService) {}

  @Post()
  @RequireRecentSignIn('shift')
  @Operation('postTransaction', 'Post a ledger transaction', {
    description: 'For what no payment posts: payouts, fees, corrections.',
    refuses: ['ledger_reference_taken', 'insufficient_store_credit'],
  })
  @Idempotent()
  @Creates(LedgerTransactionView, '/v1/ledger/transactions/{id}')
  async post(@Body() body: PostTransactionDto, @CurrentCaller() caller: Caller) {
    return presentTransaction(await this.journal.post(caller, body));
  }

  @Post(':id/reversals')
  @RequireRecentSignIn('shift')
  @Operation('reverseTransaction', 'Reverse a ledger transaction', {
    description: 'Once, and only what was posted by hand: payments are corrected at the payment.',
    refuses: ['already_reversed', 'not_reversible', 'insufficient_store_credit'],
  })
  @Idempotent()
  @Creates(LedgerTransactionView, '/v1/ledger/transactions/{id}')
  async reverse(
    @Param('id', IdPipe('txn')) id: LedgerTransactionId,
    @Body() { reason }: ReverseTransactionDto,
    @CurrentCaller() caller: Caller,
  ) {
    return presentTransaction(await this.journal.reverse(caller, id, reason));
  }
}
