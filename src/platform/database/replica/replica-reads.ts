import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../../config/index.js';
import { Logger, reasonOf } from '../../logging/index.js';
import { counter } from '../../metrics/index.js';
import { DatabaseUnavailable, isUnavailable } from '../errors.js';
import { Transaction } from '../transaction.js';
import { COMMITTED, covers, isRelated, type Position, REPLAYED } from './position.js';
import { Standby } from './standby.js';

/** How long a read waits for the standby to replay what was committed before it, in milliseconds. */
const PATIENCE_MS = 100;
const POLL_MS = 5;

const reads = counter(
  'till_replica_reads_total',
  'Reads that a replica may serve, by what served them: replica, or the primary because the replica was behind, away or left alone for a second.',
  { served: ['replica', 'primary_behind', 'primary_away', 'primary_avoided'] },
);

/**
 * Reads from a replica (DATABASE_REPLICA_URL), a streaming standby, if it has replayed all that was committed before the read began; otherwise from the
 * primary. So a read sees each earlier write, whoever made it, through whichever process.
 */
@Injectable()
export class ReplicaReads implements OnApplicationShutdown {
  private readonly standby: Standby | undefined;

  constructor(
    private readonly tx: Transaction,
    { database: { replicaUrl, poolSize } }: Config,
    private readonly logger: Logger,
  ) {
    if (replicaUrl !== undefined) this.standby = new Standby(replicaUrl, poolSize);
  }

  /** Runs `work`, which may only read, where it sees all that was committed before; it may run a second time, on the primary. */
  async read<T>(work: () => Promise<T>): Promise<T> {
    const { standby } = this;
    if (!standby || this.tx.isRunning) return work();
    if (standby.isAvoided) return this.onPrimary('primary_avoided', work);
    try {
      const result = await this.onStandby(standby, work);
      reads.inc({ served: 'replica' });
      return result;
    } catch (error) {
      if (!isReplicasFault(error)) throw error;
      standby.avoid();
      this.logger.debug('the replica could not serve a read; the primary does', { reason: reasonOf(error) });
      return this.onPrimary(error instanceof Behind ? 'primary_behind' : 'primary_away', work);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.standby?.pool.end();
  }

  private onStandby<T>({ pool }: Standby, work: () => Promise<T>): Promise<T> {
    const committed = this.tx.query<Position & Record<string, unknown>>(COMMITTED);
    return this.tx.readOn(pool, async () => {
      await this.caughtUp(committed);
      return work();
    });
  }

  /** Waits until the standby has replayed what was committed. @throws Behind if that takes too long, or can never be */
  private async caughtUp(committing: Promise<Position[]>): Promise<void> {
    const until = performance.now() + PATIENCE_MS;
    const [[committed], first] = await Promise.all([committing, this.replayed()]);
    let replayed = first;
    while (!covers(replayed, committed!)) {
      if (!isRelated(replayed, committed!) || performance.now() > until) throw new Behind();
      await delay(POLL_MS);
      replayed = await this.replayed();
    }
  }

  private async replayed(): Promise<Position> {
    return (await this.tx.query<Position & Record<string, unknown>>(REPLAYED))[0]!;
  }

  private onPrimary<T>(served: string, work: () => Promise<T>): Promise<T> {
    reads.inc({ served });
    return work();
  }
}

/** The replica has not replayed what was committed, or is no standby of the primary. */
class Behind extends Error {
  override readonly name = 'Behind';
  override readonly message = 'It is behind the primary, or no standby of it.';
}

/** Whether the primary may still serve the read: the replica is behind, away, or ended the statement for the sake of its replay. */
function isReplicasFault(error: unknown): boolean {
  return error instanceof Behind || error instanceof DatabaseUnavailable || isUnavailable(error);
}
