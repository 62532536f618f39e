import { type LiveEvent, shareOf, type Subscriber } from './live-event.js';
import type { LiveFrame } from './live-frame.js';
import type { LiveLog } from './live-log.js';
import type { LiveLogRepository } from './live-log.repository.js';
import { type EndReason, type LiveSink } from './live-sink.js';
import { sentEvents } from './live-metrics.js';

/** How long a client may take to read what was written to it, in milliseconds. */
const SLOW_MS = 15_000;

/**
 * One client: where it is in the log, and whether it gets events as they come. A client that reads slowly is written nothing more until it
 * has read; it then continues from the log's tail in memory, and is dropped when it fell behind that.
 */
export class LiveConnection {
  /** Everything up to here was written. Of a live one: everything up to the log's position. */
  private position = 0;
  private isLive = false;
  private hasBeenLive = false;
  private isEnded = false;
  private slow: NodeJS.Timeout | undefined;

  constructor(
    readonly subscriber: Subscriber,
    readonly sink: LiveSink,
    private readonly log: Pick<LiveLog, 'position' | 'begin' | 'after' | 'page'>,
    private readonly repository: Pick<LiveLogRepository, 'ends' | 'ordersOf'>,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Sends what comes after a position; from now on, without one. @throws when the database is away */
  async begin(after: number | undefined): Promise<void> {
    this.sink.onClosed(() => this.stop());
    this.position = await this.startAt(after);
    this.sink.ready(this.position);
    await this.catchUp();
  }

  /** Gives it an event, which it gets now if it may have it and has read what came before. */
  offer(frame: LiveFrame): void {
    // Those that came from the database may be ahead of what this process has read.
    if (!this.isLive || frame.event.position <= this.position) return;
    this.deliver(frame);
    if (this.sink.isCongested) this.wait(frame.event);
  }

  heartbeat(): void {
    if (this.isLive) this.sink.heartbeat(Math.max(this.position, this.log.position));
  }

  end(reason: EndReason): void {
    if (this.isEnded) return;
    this.stop();
    this.sink.end(reason);
  }

  private stop(): void {
    this.isEnded = true;
    this.isLive = false;
    clearTimeout(this.slow);
  }

  private async startAt(after: number | undefined): Promise<number> {
    await this.log.begin();
    if (after === undefined) return this.log.position;
    const { last, forgotten } = await this.repository.ends();
    if (after >= forgotten && after <= last) return after;
    this.sink.reset(last, after > last ? 'unknown' : 'expired');
    return last;
  }

  /** Sends what is missing, from memory or from the database, until nothing is. */
  private async catchUp(): Promise<void> {
    while (!this.isEnded && !this.isLive) {
      const tail = this.log.after(this.position);
      if (!tail && this.hasBeenLive) return this.end('too_slow');
      if (tail ? this.fromMemory(tail) : await this.fromDatabase()) return;
    }
  }

  /** Returns whether it has to wait for the client. */
  private fromMemory(tail: readonly LiveFrame[]): boolean {
    for (const frame of tail) {
      this.deliver(frame);
      this.position = frame.event.position;
      if (this.sink.isCongested) return this.wait(frame.event);
    }
    this.isLive = true;
    this.hasBeenLive = true;
    return false;
  }

  private async fromDatabase(): Promise<boolean> {
    const known = this.log.position;
    const { frames, isLast } = await this.log.page(this.position, await this.ordersAsked());
    for (const frame of frames) {
      if (this.isEnded) return true;
      this.deliver(frame);
      this.position = frame.event.position;
      if (this.sink.isCongested) return this.wait(frame.event);
    }
    // A page without more has all that was in the log when it was read.
    if (isLast) this.position = Math.max(this.position, known);
    return false;
  }

  /** Returns the orders to which the log can be narrowed: the one that was asked for, or those of a customer. */
  private async ordersAsked(): Promise<string[] | undefined> {
    const { orderId, caller } = this.subscriber;
    if (orderId !== undefined) return [orderId];
    return caller.permissions.size === 0 ? this.repository.ordersOf(caller.userId) : undefined;
  }

  private deliver(frame: LiveFrame): void {
    const share = shareOf(this.subscriber, frame.event);
    if (share === 'none') return;
    this.sink.event(frame, share);
    sentEvents.inc();
  }

  private wait({ position }: LiveEvent): true {
    this.isLive = false;
    this.position = position;
    this.slow = setTimeout(() => this.end('too_slow'), SLOW_MS);
    this.sink.onDrained(() => {
      clearTimeout(this.slow);
      this.catchUp().catch(this.failed);
    });
    return true;
  }
}
