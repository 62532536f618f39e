import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { logFailure } from '../database/index.js';
import { Logger } from '../logging/index.js';
import { Dispatcher } from './dispatcher.js';
import { Relay } from './relay.js';

const IDLE_MS = 250;
const AFTER_FAILURE_MS = 1000;

/** Repeatedly turns the outbox into deliveries and deliveries into jobs, without a pause while there is a backlog. */
@Injectable()
export class DeliveryLoop implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stop = new AbortController();
  private running = Promise.resolve();
  private failing = false;

  constructor(
    private readonly relay: Relay,
    private readonly dispatcher: Dispatcher,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  async onModuleDestroy(): Promise<void> {
    this.stop.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stop.signal.aborted) {
      const pause = await this.round();
      await delay(pause, undefined, { signal: this.stop.signal }).catch(() => undefined);
    }
  }

  /** Runs one round. Returns the pause after it, in milliseconds. */
  private async round(): Promise<number> {
    try {
      const backlog = [await this.relay.relay(), await this.dispatcher.dispatch()].includes(true);
      if (this.failing) this.logger.info('events are delivered again');
      this.failing = false;
      return backlog ? 0 : IDLE_MS;
    } catch (error) {
      if (!this.failing) logFailure(this.logger, 'events wait; trying on', error);
      this.failing = true;
      return AFTER_FAILURE_MS;
    }
  }
}
