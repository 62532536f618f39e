import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { HealthIndicatorResult } from './health.view.js';

/** Between two beats, in milliseconds. */
const BEAT_MS = 100;
/**
 * A beat that is later than this counts as blocked time, in milliseconds. Shorter delays are work: load shedding begins at a quarter of it, and a
 * process that is restarted because it has much to do serves nobody.
 */
const LATE_MS = 1000;
/** How far back the watch looks, in milliseconds. */
const WINDOW_MS = 30_000;
/** The share of the window from which on the process makes too little progress. */
const STALLED_SHARE = 0.5;

interface Block {
  readonly endedAt: number;
  readonly ms: number;
}

/**
 * Notices an event loop that stalls repeatedly: stalls of more than a second fill at least half of the last 30 s. A loop that is blocked
 * completely answers no probe, so the probe times out. One long pause does not count: a virtual machine pauses when it is moved.
 */
export class LoopStalls {
  private blocks: Block[] = [];

  constructor(private lastBeat: number) {}

  /** The loop has turned, at `now` (milliseconds of a steady clock). */
  beat(now: number): void {
    const late = now - this.lastBeat - BEAT_MS;
    this.lastBeat = now;
    if (late > LATE_MS) this.blocks.push({ endedAt: now, ms: Math.min(late, WINDOW_MS / 3) });
    const isOld = ({ endedAt }: Block) => endedAt <= now - WINDOW_MS;
    if (this.blocks[0] && isOld(this.blocks[0])) this.blocks = this.blocks.filter((block) => !isOld(block));
  }

  /** How much of the window the loop was blocked, 0 to 1; one pause counts for a third at most. */
  share(): number {
    return this.blocks.reduce((sum, { ms }) => sum + ms, 0) / WINDOW_MS;
  }
}

/** The event loop of this process, watched. */
@Injectable()
export class LoopWatch implements OnApplicationShutdown {
  private readonly stalls = new LoopStalls(performance.now());
  private readonly timer = setInterval(() => this.stalls.beat(performance.now()), BEAT_MS).unref();

  indicator(): HealthIndicatorResult {
    const percent = Math.round(this.stalls.share() * 100);
    if (percent < STALLED_SHARE * 100) return { eventLoop: { status: 'up' } };
    const message = `The event loop was blocked for ${percent} % of the last ${WINDOW_MS / 1000} s.`;
    return { eventLoop: { status: 'down', message } };
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }
}
