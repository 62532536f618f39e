import { Injectable } from '@nestjs/common';
import { Transaction } from '../platform/database/index.js';
import { FIRST_LINK, nextLink } from './domain/chain.js';
import { type Link, type Seal, SEALED_AT_ONCE, SealsRepository, type Unsealed } from './seals.repository.js';

/**
 * Seals what was posted: each seal's hash covers a transaction and the seal before, so that nothing sealed can change
 * unseen. Seals are in the order in which the sealer saw the transactions: one that commits late comes later. Writers
 * never wait for it.
 */
@Injectable()
export class Sealer {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: SealsRepository,
  ) {}

  /** Seals all that waits, batch by batch; leaves it to another one that is at it. Answers how many it sealed. */
  async sealAll(): Promise<number> {
    let sealed = 0;
    for (let batch = SEALED_AT_ONCE; batch === SEALED_AT_ONCE; sealed += batch) batch = await this.sealBatch();
    return sealed;
  }

  private sealBatch(): Promise<number> {
    return this.tx.run(async () => {
      if (!(await this.repository.lock())) return 0;
      const [head, waiting] = await Promise.all([this.repository.head(), this.repository.waiting()]);
      if (waiting.length > 0) this.repository.seal(chained(head, waiting));
      return waiting.length;
    });
  }
}

function chained(head: Link | undefined, waiting: readonly Unsealed[]): Seal[] {
  let { seq, hash } = head ?? { seq: 0, hash: FIRST_LINK };
  return waiting.map(({ id, content }) => {
    seq += 1;
    hash = nextLink(hash, content);
    return { seq, transactionId: id, hash };
  });
}
