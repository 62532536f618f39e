import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LedgerTransactionId } from '../shared/ids.js';
import { RequirePermission } from '../platform/access/index.js';
import { answerWithETag, IdPipe, Lists, readCursor, SendsETag } from '../platform/http/index.js';
import { Operation } from '../platform/openapi/index.js';
import { ListTransactionsQuery } from './dto/ledger.query.js';
import { LedgerTransactionView } from './ledger.view.js';
import { presentTransaction } from './ledger.presenter.js';
import { TransactionsService } from './transactions.service.js';

@ApiTags('ledger')
@ApiBearerAuth()
@Controller('v1/ledger/transactions')
export class TransactionsController {
  constructor(private readonly transactions: TransactionsService) {}

  @Get()
  @Operation('listTransactions', 'List ledger transactions')
  @RequirePermission('ledger:read')
  @Lists(LedgerTransactionView, presentTransaction)
  list(@Query() { cursor, ...filter }: ListTransactionsQuery) {
    const before = readCursor(cursor, ['id'])?.[0] as LedgerTransactionId | undefined;
    return this.transactions.list({ ...filter, before });
  }

  @Get(':id')
  @Operation('readTransaction', 'Read a ledger transaction')
  @SendsETag()
  @RequirePermission('ledger:read')
  @ApiOkResponse({ type: LedgerTransactionView })
  async read(
    @Param('id', IdPipe('txn')) id: LedgerTransactionId,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const transaction = await this.transactions.read(id);
    return answerWithETag(presentTransaction(transaction), transaction.reversedBy ? 2 : 1, request, reply);
  }
}
