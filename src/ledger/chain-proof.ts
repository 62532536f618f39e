import { Injectable, type OnModuleInit } from '@nestjs/common';
import { encodeId, type LedgerTransactionId } from '../shared/ids.js';
import { Transaction } from '../platform/database/index.js';
import { type Finding, ProofChecks } from '../platform/proof/index.js';
import { FIRST_LINK } from './domain/chain.js';
import { type Link, SealsRepository } from './seals.repository.js';

/** What became of the chain. */
interface Chain {
  readonly sealed: number;
  /** The last hash, in hex: whoever notes it can tell later that nothing before it was rewritten. */
  readonly head: string;
  /** The first transaction that is no longer what was sealed. */
  readonly altered: LedgerTransactionId | undefined;
}

/** Recomputes the chain of seals and the sums that balances are made of. */
@Injectable()
export class ChainProof implements OnModuleInit {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: SealsRepository,
    private readonly checks: ProofChecks,
  ) {}

  onModuleInit(): void {
    this.checks.register(
      {
        name: 'ledger_chain_intact',
        rule: 'Each sealed transaction is, byte for byte, what was sealed, and every other one waits for its seal.',
        run: () => this.check(),
      },
      {
        name: 'ledger_rollups_match',
        rule: 'For each account and hour, the sum that balances are made of is that of the sealed entries.',
        run: async () => {
          const differing = await this.repository.wrongRollups();
          return { holds: differing.length === 0, detail: { differing } };
        },
      },
    );
  }

  /** Checks the chain by itself, in one frozen state of the database. */
  verify(): Promise<Finding> {
    return this.tx.snapshot(() => this.check());
  }

  private async check(): Promise<Finding> {
    const { altered, ...chain } = await this.follow();
    const uncovered = (await this.repository.uncovered()).map((id) => encodeId('txn', id));
    const waiting = await this.repository.countWaiting();
    const detail = { ...chain, waiting, altered: altered ? encodeId('txn', altered) : null, uncovered };
    return { holds: altered === undefined && uncovered.length === 0, detail };
  }

  private async follow(): Promise<Chain> {
    let last: Link = { seq: 0, hash: FIRST_LINK };
    let altered: LedgerTransactionId | undefined;
    for (;;) {
      const found = await this.repository.check(last);
      altered ??= found.find(({ intact }) => !intact)?.transactionId;
      last = found.at(-1) ?? last;
      if (found.length === 0) return { sealed: last.seq, head: last.hash.toString('hex'), altered };
    }
  }
}
