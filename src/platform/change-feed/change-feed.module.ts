import { Module } from '@nestjs/common';
import { ChangeFeed } from './change-feed.js';

/** What this and other processes changed, for what is kept in memory. */
@Module({ providers: [ChangeFeed], exports: [ChangeFeed] })
export class ChangeFeedModule {}
