import { Injectable } from '@nestjs/common';
import { InjectThrottlerStorage } from '@nestjs/throttler';
import { refuse } from './rate-limited.js';
import { type Limit, WindowStorage } from './window-storage.js';

/** A limit that a module counts by itself, for what costs more than a request. */
@Injectable()
export class SubjectLimit {
  constructor(@InjectThrottlerStorage() private readonly windows: WindowStorage) {}

  /** Counts one, outside of transactions. @throws RateLimited */
  async take(limit: Limit): Promise<void> {
    const record = await this.windows.countOne(limit);
    if (record.isBlocked) refuse(limit, record.timeToBlockExpire);
  }
}
