import { Injectable, type OnModuleInit } from '@nestjs/common';
import { encodeId, type LedgerTransactionId } from '../shared/ids.js';
import { Transaction } from '../platform/database/index.js';
import { findBroken, type Finding, ProofChecks, type ProofScope } from '../platform/proof/index.js';
import { FIRST_LINK } from './domain/chain.js';
import { provenTables } from './proven-tables.js';
import { changedRollups, ROLLUPS } from './rollup-rules.js';
import { type Link, SealsRepository } from './seals.repository.js';

const CHAIN = 'ledger_chain_intact';

/** The state of the chain. */
interface Chain {
  readonly sealed: number;
  /** The last hash, in hex. Somebody who stored it can show later that nothing before it was rewritten. */
  readonly head: string;
  /** The first transaction that differs from what was sealed. */
  readonly altered: LedgerTransactionId | undefined;
}

/** Recomputes the chain of seals, and the sums that balances are computed from. */
@Injectable()
export class ChainProof implements OnModuleInit {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: SealsRepository,
    private readonly checks: ProofChecks,
  ) {}

  onModuleInit(): void {
    this.checks.prove(...provenTables);
    this.checks.register(
      {
        name: CHAIN,
        rule: 'Each sealed transaction equals what was sealed, byte for byte, and every other one waits for its seal.',
        run: (scope) => this.check(scope),
      },
      {
        name: 'ledger_rollups_match',
        rule: 'For each account and hour, the stored sum for balances is the sum of the sealed entries.',
        run: (scope) => this.rollups(scope),
      },
    );
  }

  private async check(scope: ProofScope): Promise<Finding> {
    const start = linkOf(scope.kept(CHAIN));
    const { altered, ...chain } = await this.follow(start);
    const isKnown = start.seq === 0 || (await this.repository.has(start));
    const waiting = await this.repository.countWaiting();
    const uncovered = (await this.repository.uncovered(mayBeUncovered(scope, waiting))).map((id) =>
      encodeId('txn', id),
    );
    const detail = {
      ...chain,
      waiting,
      altered: altered ? encodeId('txn', altered) : null,
      uncovered,
      ...(!isKnown && { rewritten: `seal ${start.seq}` }),
    };
    return {
      holds: altered === undefined && uncovered.length === 0 && isKnown,
      detail,
      keep: { seq: chain.sealed, hash: chain.head },
    };
  }

  private async follow(start: Link): Promise<Chain> {
    let last = start;
    let altered: LedgerTransactionId | undefined;
    for (;;) {
      const found = await this.repository.check(last);
      altered ??= found.find(({ intact }) => !intact)?.transactionId;
      last = found.at(-1) ?? last;
      if (found.length === 0) return { sealed: last.seq, head: last.hash.toString('hex'), altered };
    }
  }

  private rollups({ changes }: ProofScope): Promise<Finding> {
    if (!changes) return findBroken(this.tx, ROLLUPS);
    const written = ['ledger_entries', 'ledger_seals'].flatMap((table) => changes.rows.get(table)?.ids ?? []);
    return findBroken(this.tx, changedRollups, [written, changes.age]);
  }
}

/** The transactions to check: the new ones, or all if the numbers of seals and waiting transactions do not add up. */
function mayBeUncovered(scope: ProofScope, waiting: number): readonly string[] | undefined {
  const count = (table: string) => scope.changes?.counts.get(table) ?? 0;
  return count('ledger_transactions') === count('ledger_seals') + waiting
    ? scope.rows('ledger_transactions')
    : undefined;
}

/** The link where a check starts: the one in the last checkpoint, or the first. */
function linkOf(kept: Readonly<Record<string, unknown>> | undefined): Link {
  const { seq, hash } = (kept ?? {}) as { seq?: number; hash?: string };
  return seq && hash ? { seq, hash: Buffer.from(hash, 'hex') } : { seq: 0, hash: FIRST_LINK };
}
