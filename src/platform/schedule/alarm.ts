import { setTimeout as delay } from 'node:timers/promises';

/** A sleep that somebody else in this process can end. */
export class Alarm {
  private sleeping: AbortController | undefined;
  private rang = false;

  /** Ends the sleep; the next one, if nobody sleeps now. */
  ring(): void {
    this.rang = true;
    this.sleeping?.abort();
  }

  /** Sleeps for so many milliseconds, or until somebody rings; not at all if somebody rang since the last sleep. */
  async sleep(ms: number): Promise<void> {
    if (!this.rang && ms > 0) {
      this.sleeping = new AbortController();
      await delay(ms, undefined, { signal: this.sleeping.signal }).catch(() => undefined);
    }
    this.rang = false;
  }
}
