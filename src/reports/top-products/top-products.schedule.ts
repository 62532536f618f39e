import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Logger } from '../../platform/logging/index.js';
import { PeriodicJob } from '../../platform/schedule/index.js';
import { TopProductsFeed } from './top-products-feed.js';

const EVERY_MS = 2000;

/** Keeps the leaderboard of products near the end of the log. */
@Injectable()
export class TopProductsSchedule {
  private readonly job: PeriodicJob;

  constructor(feed: TopProductsFeed, logger: Logger) {
    this.job = new PeriodicJob('count the products of confirmed orders', logger, () => feed.catchUp());
  }

  @Interval(EVERY_MS)
  tick(): Promise<void> {
    return this.job.tick();
  }
}
