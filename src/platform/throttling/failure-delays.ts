import { LRUCache } from 'lru-cache';
import type { WindowStorage } from './window-storage.js';

/** Failures that cost no delay. */
const FREE = 5;
/** The first delay, in seconds. */
const FIRST_SECONDS = 5;
/** How long failures count, from the first one on, in milliseconds. */
const REMEMBERED_MS = 3_600_000;
/** More subjects than fail in an hour while Redis is away. */
const CAPACITY = 50_000;

/** Whose failures are counted, and the longest delay of the next try. */
export interface FailingSubject {
  readonly subject: string;
  readonly maxSeconds: number;
}

/** Returns for how many seconds nobody may try after so many failures: 5 after the fifth, twice as long after each further one. */
export function delayAfter(failures: number, maxSeconds: number): number {
  return failures < FREE ? 0 : Math.min(maxSeconds, FIRST_SECONDS * 2 ** Math.min(failures - FREE, 30));
}

/** Makes the tries of a subject slower after failures: in Redis for all processes together; while Redis is away, in each. */
export class FailureDelays {
  private readonly own = new LRUCache<string, { failures: number; mayTryAt: number }>({
    max: CAPACITY,
    ttl: REMEMBERED_MS,
  });

  constructor(private readonly windows: WindowStorage) {}

  /** Returns how many milliseconds to wait before the next try: the longest wait of these subjects. */
  async wait(subjects: readonly FailingSubject[]): Promise<number> {
    if (subjects.length === 0) return 0;
    const keys = subjects.map(({ subject }) => `wait:${subject}`);
    const zeros = keys.map(() => 0);
    const shared = await this.windows.countShared(keys, zeros, 1);
    if (shared) return Math.max(0, ...shared.map(({ hits, endsInMs }) => (hits > 0 ? endsInMs : 0)));
    const now = performance.now();
    return Math.max(0, ...subjects.map(({ subject }) => (this.own.get(subject)?.mayTryAt ?? 0) - now));
  }

  /** Counts one failure of each subject. */
  async fail(subjects: readonly FailingSubject[]): Promise<void> {
    await Promise.all(subjects.map((subject) => this.failOnce(subject)));
  }

  /** Forgets the failures of a subject. */
  async forget(subject: string): Promise<void> {
    this.own.delete(subject);
    const key = `failed:${subject}`;
    const [counted] = (await this.windows.countShared([key], [0], 1)) ?? [];
    if (counted && counted.hits > 0) await this.windows.countShared([key], [-counted.hits], 1);
  }

  private async failOnce({ subject, maxSeconds }: FailingSubject): Promise<void> {
    const [counted] = (await this.windows.countShared([`failed:${subject}`], [1], REMEMBERED_MS)) ?? [];
    if (!counted) return this.failAlone(subject, maxSeconds);
    const delay = delayAfter(counted.hits, maxSeconds);
    if (delay > 0) await this.windows.countShared([`wait:${subject}`], [1], delay * 1000);
  }

  private failAlone(subject: string, maxSeconds: number): void {
    const failures = (this.own.get(subject)?.failures ?? 0) + 1;
    this.own.set(subject, { failures, mayTryAt: performance.now() + delayAfter(failures, maxSeconds) * 1000 });
  }
}
