import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Logger } from '../logging/index.js';
import { type Counts, currentShop, growth, readCounts } from '../metrics/index.js';

const EVERY_SECONDS = 60;

/** Says once a minute what the worker did, for all of its shops together: how far each counter of its metrics grew. */
@Injectable()
export class WorkLog implements OnApplicationBootstrap {
  private last: Counts = new Map();
  private readonly isOfProcess = currentShop() === undefined;

  constructor(private readonly logger: Logger) {}

  async onApplicationBootstrap(): Promise<void> {
    this.last = await readCounts();
  }

  @Interval(EVERY_SECONDS * 1000)
  async tick(): Promise<void> {
    if (!this.isOfProcess) return;
    const counts = await readCounts();
    this.logger.info('the work of the last minute', { seconds: EVERY_SECONDS, ...growth(this.last, counts) });
    this.last = counts;
  }
}
