import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { SessionId } from '../../shared/ids.js';
import { SessionsRepository } from './sessions.repository.js';

/**
 * How long a state that was read from the database is used, in milliseconds. A session that ended in another process works here for at
 * most this long. No other process has to be notified, so this holds with or without Redis.
 */
const FRESH_MS = 15_000;
/** More than the sessions that are active at the same time. An evicted entry costs one more read. */
const CAPACITY = 20_000;

/** Whether sessions are live. Concurrent callers share one read. */
@Injectable()
export class SessionStates {
  private readonly states: LRUCache<SessionId, boolean>;

  constructor(private readonly sessions: SessionsRepository) {
    this.states = new LRUCache({
      max: CAPACITY,
      ttl: FRESH_MS,
      ttlResolution: 0, // the clock is cheaper than a timer for each millisecond
      fetchMethod: (id: SessionId) => sessions.isLive(id),
      // An entry that is evicted while its read runs still gets the result.
      ignoreFetchAbort: true,
    });
  }

  /** Returns at once when the state is cached. @throws DatabaseUnavailable */
  isLive(id: SessionId): boolean | Promise<boolean> {
    return this.states.get(id) ?? this.states.fetch(id).then((live) => live === true);
  }

  /** Returns those of the sessions that are live now, as the database says. @throws DatabaseUnavailable */
  async liveAmong(ids: readonly SessionId[]): Promise<ReadonlySet<SessionId>> {
    return new Set(await this.sessions.liveAmong(ids));
  }

  /** Makes sessions end in this process at once. */
  end(ids: readonly SessionId[]): void {
    for (const id of ids) this.states.set(id, false);
  }
}
