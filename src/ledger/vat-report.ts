import { Injectable } from '@nestjs/common';
import { Transaction } from '../platform/database/index.js';
import { AccountsRepository } from './accounts.repository.js';
import { type TaxAccount, type VatLine, vatLines } from './domain/vat-lines.js';

/** A period; the ledger's beginning and the present when absent. `to` is exclusive. */
export interface Period {
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

/** The trial balance of the accounts of taxes. */
@Injectable()
export class VatReport {
  constructor(
    private readonly tx: Transaction,
    private readonly accounts: AccountsRepository,
  ) {}

  /** Returns revenue and tax of a period by currency, country, category and rate, all as of one moment. */
  of({ from, to }: Period): Promise<VatLine[]> {
    return this.tx.snapshot(async () => {
      const accounts = await this.accounts.ofTaxes();
      const before = from ? await this.accounts.balances(accounts, lastBefore(from)) : undefined;
      const after = await this.accounts.balances(accounts, to && lastBefore(to));
      const moved = accounts.map(({ id, code, currency }): TaxAccount => {
        const amount = BigInt(after.get(id)!) - BigInt(before?.get(id) ?? 0);
        return { code, currency, amount: Number(amount) };
      });
      return vatLines(moved);
    });
  }
}

/** Balances are up to the end of a millisecond. */
const lastBefore = (time: Date) => new Date(time.getTime() - 1);
