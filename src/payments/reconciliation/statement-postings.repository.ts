import { Injectable } from '@nestjs/common';
import type { LedgerTransactionId } from '../../shared/ids.js';
import { slices } from '../../shared/slices.js';
import { Transaction } from '../../platform/database/index.js';
import { type ClearedEntry, ClearingRepository } from '../../ledger/index.js';
import { StatementPostingEntity } from './statement-posting.entity.js';

const AT_ONCE = 5000;

/** Remembers from which day's statement the ledger has a transaction, which a provider may take back. */
@Injectable()
export class StatementPostingsRepository {
  constructor(
    private readonly tx: Transaction,
    private readonly clearing: ClearingRepository,
  ) {}

  /** Call it in the transaction that posts them. `date`: the day (UTC) of the statement. */
  async add(provider: string, date: string, transactionIds: readonly LedgerTransactionId[]): Promise<void> {
    const rows = transactionIds.map((transactionId) => ({ transactionId, provider, date }));
    await this.tx.repository(StatementPostingEntity).insert(rows);
  }

  /** Returns what was posted from the statement of the day. Call it outside any transaction: a busy day has many. */
  async ofDay(provider: string, date: string): Promise<ClearedEntry[]> {
    const select = { transactionId: true };
    const rows = await this.tx.repository(StatementPostingEntity).find({ select, where: { provider, date } });
    const found: ClearedEntry[] = [];
    const ids = rows.map(({ transactionId }) => transactionId);
    for (const some of slices(ids, AT_ONCE)) found.push(...(await this.clearing.ofTransactions(provider, some)));
    return found;
  }
}
