import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AccountId, LedgerTransactionId } from '../shared/ids.js';
import { RequirePermission } from '../platform/access/index.js';
import { answerWithETag, IdPipe, Lists, readCursor, SendsETag } from '../platform/http/index.js';
import { Operation } from '../platform/openapi/index.js';
import { AccountsService } from './accounts.service.js';
import { AtQuery, ListAccountsQuery, ListEntriesQuery } from './dto/ledger.query.js';
import { AccountEntryView, AccountView } from './ledger.view.js';
import { presentAccount, presentEntry } from './ledger.presenter.js';

@ApiTags('ledger')
@ApiBearerAuth()
@RequirePermission('ledger:read')
@Controller('v1/ledger/accounts')
export class AccountsController {
  constructor(private readonly accounts: AccountsService) {}

  @Get()
  @Operation('listAccounts', 'List ledger accounts with their balances')
  @Lists(AccountView, presentAccount)
  list(@Query() { cursor, ...filter }: ListAccountsQuery) {
    const before = readCursor(cursor, ['id'])?.[0] as AccountId | undefined;
    return this.accounts.list({ ...filter, before });
  }

  @Get(':id')
  @Operation('readAccount', 'Read a ledger account with its balance')
  @SendsETag()
  @ApiOkResponse({ type: AccountView })
  async read(
    @Param('id', IdPipe('acc')) id: AccountId,
    @Query() { at }: AtQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return answerWithETag(presentAccount(await this.accounts.read(id, at)), 1, request, reply);
  }

  @Get(':id/entries')
  @Operation('listEntries', 'List the entries of a ledger account')
  @Lists(AccountEntryView, presentEntry)
  entries(@Param('id', IdPipe('acc')) id: AccountId, @Query() { cursor, at, limit }: ListEntriesQuery) {
    const before = readCursor(cursor, ['id', 'number']) as readonly [LedgerTransactionId, number] | undefined;
    return this.accounts.entries(id, { before, at, limit });
  }
}
