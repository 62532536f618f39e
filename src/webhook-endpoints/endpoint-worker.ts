import { Injectable } from '@nestjs/common';
import { uuidv7 } from '../shared/uuid.js';
import { isOpen } from './domain/endpoint-health.js';
import { EndpointLeases } from './endpoint-leases.js';
import { EndpointRun } from './endpoint-run.js';
import { MessageSender } from './message-sender.js';
import type { WebhookDeliveryEntity } from './webhook-delivery.entity.js';
import { WebhookDeliveriesRepository } from './webhook-deliveries.repository.js';
import type { WebhookEndpointEntity } from './webhook-endpoint.entity.js';
import { type WebhookMessage, WebhookMessages } from './webhook-messages.js';

const BATCH = 50;
/** How old a lease may be when a request begins, in milliseconds: with the longest request, it is over before the lease is. */
const RENEW_AFTER_MS = 20_000;

/** How long an endpoint is left alone that could not be served: not for its own fault, such as a secret that nobody can decrypt. */
const REST_SECONDS = 10;

/** A delivery with its message; without one if its event is gone. */
type Prepared = WebhookDeliveryEntity & { readonly message: WebhookMessage | undefined };

/** Serves one endpoint at a time for as long as something is due for it. */
@Injectable()
export class EndpointWorker {
  constructor(
    private readonly leases: EndpointLeases,
    private readonly deliveries: WebhookDeliveriesRepository,
    private readonly messages: WebhookMessages,
    private readonly sender: MessageSender,
  ) {}

  /** Returns what serves the endpoint, which this process has leased, and what stops that. */
  begin(leased: WebhookEndpointEntity, lanes: number): { readonly done: Promise<void>; readonly stop: () => void } {
    let [endpoint, renewedAt] = [leased as WebhookEndpointEntity | undefined, performance.now()];
    const renew = async () => {
      renewedAt = performance.now();
      endpoint = await this.leases.renew(leased.id, leased.lease!);
      return endpoint;
    };
    const isProbe = isOpen(leased);
    const run: EndpointRun<Prepared> = new EndpointRun<Prepared>(
      async (busy) => ((await renew()) ? this.prepared(leased, busy, isProbe ? 1 : BATCH) : []),
      async (one) => {
        if (performance.now() - renewedAt > RENEW_AFTER_MS) await renew();
        return endpoint !== undefined && (await this.sender.send(endpoint, one, one.message)) && !isProbe;
      },
    );
    const release = (rest: number) => this.leases.release(leased.id, leased.lease!, rest);
    const done = run.run(isProbe ? 1 : lanes).then(
      () => release(0),
      async (error: unknown) => {
        await release(REST_SECONDS);
        throw error;
      },
    );
    return { done, stop: () => run.stop() };
  }

  /** Leases endpoints that are due, and returns them. */
  take(count: number, except: Parameters<EndpointLeases['take']>[2]): Promise<WebhookEndpointEntity[]> {
    return this.leases.take(count, uuidv7(), except);
  }

  private async prepared({ id }: WebhookEndpointEntity, busy: readonly string[], take: number): Promise<Prepared[]> {
    const due = await this.deliveries.due(id, take, busy);
    const messages = due.length > 0 ? await this.messages.of(due) : new Map<string, WebhookMessage>();
    return due.map((delivery) => ({ ...delivery, message: messages.get(delivery.id) }));
  }
}
