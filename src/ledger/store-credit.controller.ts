import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { encodeId, type UserId } from '../shared/ids.js';
import {
  type Caller,
  CurrentCaller,
  OwnOr,
  RequirePermission,
  RequireRecentSignIn,
  SignedIn,
} from '../platform/access/index.js';
import { answerWithETag, Creates, IdPipe, SendsETag } from '../platform/http/index.js';
import { Idempotent } from '../platform/idempotency/index.js';
import { Operation } from '../platform/openapi/index.js';
import { timeOf } from './domain/ledger-time.js';
import { GrantStoreCreditDto, TransferStoreCreditDto } from './dto/store-credit.dto.js';
import { StoreCreditGrantView, StoreCreditTransferView, StoreCreditView } from './store-credit.view.js';
import { StoreCreditService } from './store-credit.service.js';

@ApiTags('store credit')
@ApiBearerAuth()
@Controller('v1/users')
export class StoreCreditController {
  constructor(private readonly storeCredit: StoreCreditService) {}

  @Get('me/store-credit')
  @Operation('readMyStoreCredit', 'Read my store credit', { description: 'One balance for each currency.' })
  @SendsETag()
  @SignedIn()
  @ApiOkResponse({ type: StoreCreditView })
  readMine(
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.read(caller.userId, caller, request, reply);
  }

  @Get(':id/store-credit')
  @Operation('readStoreCredit', 'Read the store credit of a customer', {
    description: 'One balance for each currency.',
  })
  @SendsETag()
  @OwnOr('ledger:read')
  @ApiOkResponse({ type: StoreCreditView })
  async read(
    @Param('id', IdPipe('usr')) id: UserId,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const balances = await this.storeCredit.read(caller, id);
    return answerWithETag({ userId: encodeId('usr', id), balances }, 1, request, reply);
  }

  @Post(':id/store-credit-grants')
  @RequireRecentSignIn('shift')
  @Operation('grantStoreCredit', 'Grant store credit to a customer', {
    refuses: ['own_store_credit', 'store_credit_too_large'],
  })
  @RequirePermission('ledger:write')
  @Idempotent()
  @Creates(StoreCreditGrantView, '/v1/ledger/transactions/{id}')
  async grant(
    @Param('id', IdPipe('usr')) userId: UserId,
    @Body() { reason, amount, currency }: GrantStoreCreditDto,
    @CurrentCaller() caller: Caller,
  ): Promise<StoreCreditGrantView> {
    const id = await this.storeCredit.grant(caller, userId, { amount, currency }, reason);
    const given = { amount, currency, reason, createdAt: timeOf(id) };
    return { id: encodeId('txn', id), userId: encodeId('usr', userId), ...given };
  }

  @Post(':id/store-credit-transfers')
  @RequireRecentSignIn('shift')
  @Operation('transferStoreCredit', 'Move store credit to another customer', {
    refuses: ['own_store_credit', 'insufficient_store_credit', 'store_credit_too_large'],
  })
  @OwnOr('ledger:write')
  @Idempotent()
  @ApiCreatedResponse({ type: StoreCreditTransferView })
  async transfer(
    @Param('id', IdPipe('usr')) from: UserId,
    @Body() { toUserId: to, amount, currency }: TransferStoreCreditDto,
    @CurrentCaller() caller: Caller,
  ): Promise<StoreCreditTransferView> {
    const id = await this.storeCredit.transfer(caller, from, to, { amount, currency });
    const parties = { fromUserId: encodeId('usr', from), toUserId: encodeId('usr', to) };
    return { id: encodeId('txn', id), ...parties, amount, currency, createdAt: timeOf(id) };
  }
}
