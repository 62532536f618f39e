import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { followDatabase } from '../../shared/steady-time.js';
import { Logger } from '../logging/index.js';
import { logFailure } from './log-failure.js';
import { Transaction } from './transaction.js';

/** Free-running clocks drift apart by some milliseconds in that time. */
const EVERY_MS = 30_000;
const ASK = `SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms`;

/** Keeps this process on the database's time, so that all processes store and compare times of one clock. */
@Injectable()
export class DatabaseTime implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly tx: Transaction,
    private readonly logger: Logger,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.follow();
    this.timer = setInterval(() => void this.follow(), EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Asks the database for its time. If it does not respond, the time continues from the last response. */
  async follow(): Promise<void> {
    const askedAt = performance.now();
    try {
      const [row] = await this.tx.query<{ ms: number }>(ASK);
      followDatabase(row!.ms, askedAt);
    } catch (error) {
      logFailure(this.logger, 'the time of the database is not known; the next try is in half a minute', error);
    }
  }
}
