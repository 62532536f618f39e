import { Injectable } from '@nestjs/common';
import { Transaction } from '../platform/database/index.js';
import { FIRST_LINK, nextLink } from './domain/chain.js';
import { type Link, type Seal, SEALED_AT_ONCE, SealsRepository, type Unsealed } from './seals.repository.js';

/**
 * Seals posted transactions: the hash of each seal covers a transaction and the seal before it, so a later change of a sealed
 * transaction shows. Seals are in the order in which the sealer read the transactions; one that commits late is sealed later.
 * Writers never wait for the sealer.
 */
@Injectable()
export class Sealer {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: SealsRepository,
  ) {}

  /** Seals all waiting transactions in batches, unless another sealer is running. Returns how many it sealed. */
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
