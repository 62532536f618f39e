import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { logFailure } from '../database/index.js';
import { Logger } from '../logging/index.js';
import { Alarm, busyShops, isQuiet, noteChange, onChange, pauseAfter, quietPause } from '../schedule/index.js';
import { Dispatcher } from './dispatcher.js';
import { Relay } from './relay.js';

/** How often to look for deliveries that became due by the time, in milliseconds. */
const DUE_MS = 250;
const AFTER_FAILURE_MS = 1000;

/** Repeatedly turns the outbox into deliveries and deliveries into jobs, without a pause while there is a backlog. */
@Injectable()
export class DeliveryLoop implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly alarm = new Alarm();
  private readonly ignoreChanges = onChange(() => this.alarm.ring());
  private running = Promise.resolve();
  private stopped = false;
  private failing = false;
  private lookedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly relay: Relay,
    private readonly dispatcher: Dispatcher,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    this.ignoreChanges();
    this.alarm.ring();
    await this.running;
  }

  private async run(): Promise<void> {
    for (let pause = 0; !this.stopped; await this.alarm.sleep(pause)) pause = await this.round(pause);
  }

  /** Runs one round. Returns the pause after it, in milliseconds; `before` is the last one. */
  private async round(before: number): Promise<number> {
    const began = performance.now();
    try {
      const relayed = await this.relay.relay();
      const more = await this.dispatcher.dispatch(this.isTimeForAll(began) ? undefined : relayed.consumers);
      if (this.failing) this.logger.info('events are delivered again');
      this.failing = false;
      if (relayed.more || more) return 0;
      const foundWork = relayed.count > 0;
      if (foundWork) noteChange();
      return isQuiet()
        ? quietPause()
        : pauseAfter({ foundWork, tookMs: performance.now() - began }, before, busyShops());
    } catch (error) {
      if (!this.failing) logFailure(this.logger, 'events wait; trying on', error);
      this.failing = true;
      return AFTER_FAILURE_MS;
    }
  }

  private isTimeForAll(now: number): boolean {
    if (now - this.lookedAt < DUE_MS) return false;
    this.lookedAt = now;
    return true;
  }
}
