import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AccountId, UserId } from '../shared/ids.js';
import type { AccountCode, AccountType } from './domain/chart.js';

/** An account of the ledger, in one currency. */
@Entity('ledger_accounts')
export class LedgerAccountEntity {
  @PrimaryColumn('uuid')
  readonly id: AccountId;

  @Column('text')
  readonly code: AccountCode;

  @Column('char', { length: 3 })
  readonly currency: string;

  @Column('text')
  readonly type: AccountType;

  @Column({ type: 'timestamptz', default: () => 'now()', insert: false })
  readonly createdAt: Date;
}

/** The sum of an account's sealed entries of one hour. */
@Entity('ledger_rollups')
export class LedgerRollupEntity {
  @PrimaryColumn('uuid')
  readonly accountId: AccountId;

  /** Hours since 1970. */
  @PrimaryColumn('int')
  readonly hour: number;

  /** Minor units. */
  @Column('bigint')
  readonly amount: number;
}

/** What a customer has to spend in one currency: a balance that may not fall below zero, so it is kept beside the ledger. */
@Entity('store_credit_balances')
export class StoreCreditBalanceEntity {
  @PrimaryColumn('uuid')
  readonly userId: UserId;

  @PrimaryColumn('char', { length: 3 })
  readonly currency: string;

  @Column('uuid')
  readonly accountId: AccountId;

  /** Minor units. */
  @Column('bigint', { default: 0 })
  readonly amount: number;
}
