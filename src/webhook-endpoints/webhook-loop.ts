import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Config } from '../platform/config/index.js';
import { logFailure } from '../platform/database/index.js';
import { Logger } from '../platform/logging/index.js';
import { LogGrowth } from '../platform/outbox/index.js';
import { Alarm, busyShops, isQuiet, onChange, pauseAfter, quietPause } from '../platform/schedule/index.js';
import { encodeId, type WebhookEndpointId } from '../shared/ids.js';
import { EndpointWorker } from './endpoint-worker.js';
import { FanOut } from './fan-out.js';
import { webhookEndpointSettings } from './webhook-endpoints.settings.js';

const AFTER_FAILURE_MS = 1000;
/** Endpoints that one process serves at the same time: each has its own requests, so that none waits for another. */
const MAX_ENDPOINTS = 100;

/** Repeatedly turns events into deliveries, and serves the endpoints that have something due. */
@Injectable()
export class WebhookLoop implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly alarm = new Alarm();
  private readonly ignoreChanges = onChange(() => this.alarm.ring());
  private readonly serving = new Map<WebhookEndpointId, ReturnType<EndpointWorker['begin']>>();
  private running = Promise.resolve();
  private stopped = false;
  private failing = false;

  constructor(
    private readonly fanOut: FanOut,
    private readonly worker: EndpointWorker,
    private readonly config: Config,
    private readonly logger: Logger,
    growth: LogGrowth,
  ) {
    growth.listen(() => this.alarm.ring());
  }

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  /** Begins nothing more, and waits for the requests that are on their way. */
  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    this.ignoreChanges();
    this.alarm.ring();
    for (const { stop } of this.serving.values()) stop();
    await this.running;
    await Promise.all([...this.serving.values()].map(({ done }) => done));
  }

  private async run(): Promise<void> {
    for (let pause = 0; !this.stopped; await this.alarm.sleep(pause)) pause = await this.round(pause);
  }

  /** Runs one round. Returns the pause after it, in milliseconds; `before` is the last one. */
  private async round(before: number): Promise<number> {
    const began = performance.now();
    try {
      const { foundWork, more } = await this.fanOut.run();
      await this.serveDue();
      if (this.failing) this.logger.info('webhooks are delivered again');
      this.failing = false;
      if (more) return 0;
      return isQuiet()
        ? quietPause()
        : pauseAfter({ foundWork, tookMs: performance.now() - began }, before, busyShops());
    } catch (error) {
      if (!this.failing) logFailure(this.logger, 'webhooks wait; trying on', error);
      this.failing = true;
      return AFTER_FAILURE_MS;
    }
  }

  private async serveDue(): Promise<void> {
    const free = MAX_ENDPOINTS - this.serving.size;
    if (free === 0) return;
    const { concurrency } = this.config.of(webhookEndpointSettings);
    for (const endpoint of await this.worker.take(free, [...this.serving.keys()])) {
      const { done, stop } = this.worker.begin(endpoint, concurrency);
      const ended = done
        .catch((error: unknown) =>
          logFailure(this.logger, 'an endpoint was not served', error, { endpointId: encodeId('whe', endpoint.id) }),
        )
        .finally(() => this.serving.delete(endpoint.id));
      this.serving.set(endpoint.id, { done: ended, stop });
    }
  }
}
