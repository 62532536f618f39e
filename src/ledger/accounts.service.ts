import { Injectable } from '@nestjs/common';
import { NotFound } from '../shared/errors.js';
import { type AccountId, encodeId } from '../shared/ids.js';
import { type Page, pageOf } from '../platform/http/index.js';
import {
  type Account,
  type AccountEntry,
  type AccountFilter,
  AccountsRepository,
  type EntryRange,
} from './accounts.repository.js';

/** Reads the accounts of the ledger, now or at a past time. */
@Injectable()
export class AccountsService {
  constructor(private readonly repository: AccountsRepository) {}

  async list(filter: AccountFilter): Promise<Page<Account>> {
    const accounts = await this.repository.list({ ...filter, limit: filter.limit + 1 });
    return pageOf(accounts, filter.limit, ({ id }) => [id]);
  }

  /** @throws NotFound */
  async read(id: AccountId, at: Date | undefined): Promise<Account> {
    const [account] = await this.repository.list({ id, at, limit: 1 });
    if (!account) throw absent(id);
    return account;
  }

  /** Newest first. @throws NotFound */
  async entries(id: AccountId, range: EntryRange): Promise<Page<AccountEntry>> {
    const entries = await this.repository.entries(id, { ...range, limit: range.limit + 1 });
    if (entries.length === 0 && !(await this.repository.exists(id))) throw absent(id);
    return pageOf(entries, range.limit, ({ transactionId, position }) => [transactionId, position]);
  }
}

const absent = (id: AccountId) => new NotFound('account', encodeId('acc', id));
