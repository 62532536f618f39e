import { Injectable } from '@nestjs/common';
import { AccountsService, presentAccount, presentTransaction, TransactionsService } from '../../ledger/index.js';
import { RequirePermission } from '../../platform/access/index.js';
import { readCursor } from '../../platform/http/index.js';
import type { AccountId, LedgerTransactionId } from '../../shared/ids.js';
import { Field } from '../field.decorator.js';
import { idOfArgument, type PageArguments, pageOfArguments, textOfArgument } from '../field-arguments.js';
import { pageOfViews } from '../page-of-views.js';

@Injectable()
export class LedgerFields {
  constructor(
    private readonly accounts: AccountsService,
    private readonly transactions: TransactionsService,
  ) {}

  @Field('Query.ledgerAccounts')
  @RequirePermission('ledger:read')
  async ledgerAccounts(_: unknown, { currency, ...page }: PageArguments & { currency?: string }) {
    const { limit, cursor } = pageOfArguments(page);
    const before = readCursor(cursor, ['id'])?.[0] as AccountId | undefined;
    const filter = { limit, before, currency: textOfArgument('currency', currency) };
    return pageOfViews(await this.accounts.list(filter), presentAccount);
  }

  @Field('Query.ledgerTransactions')
  @RequirePermission('ledger:read')
  async ledgerTransactions(_: unknown, { orderId, ...page }: PageArguments & { orderId?: string }) {
    const { limit, cursor } = pageOfArguments(page);
    const before = readCursor(cursor, ['id'])?.[0] as LedgerTransactionId | undefined;
    const filter = { limit, before, ...(orderId && { orderId: idOfArgument('ord', orderId) }) };
    return pageOfViews(await this.transactions.list(filter), presentTransaction);
  }
}
