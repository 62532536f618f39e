import { Injectable } from '@nestjs/common';
import type { WebhookEndpointId } from '../shared/ids.js';
import { uuidv7 } from '../shared/uuid.js';
import { isOpen } from './domain/endpoint-health.js';
import type { Signer } from './domain/signature.js';
import { EndpointLeases } from './endpoint-leases.js';
import { EndpointRun } from './endpoint-run.js';
import { HeldLease } from './held-lease.js';
import { MessageSender } from './message-sender.js';
import type { WebhookDeliveryEntity } from './webhook-delivery.entity.js';
import { WebhookDeliveriesRepository } from './webhook-deliveries.repository.js';
import type { WebhookEndpointEntity } from './webhook-endpoint.entity.js';
import { type WebhookMessage, WebhookMessages } from './webhook-messages.js';
import { WebhookSecrets } from './webhook-secrets.js';

const BATCH = 50;
/** How long an endpoint is left alone that could not be served: not for its own fault, such as a secret that nobody can decrypt. */
const REST_SECONDS = 10;
/** How long signers are used that were read, in milliseconds: a secret that was replaced signs nothing after that. */
const SIGNERS_FRESH_MS = 3000;

/** A delivery with its message, which is missing if its event is gone. */
type Prepared = WebhookDeliveryEntity & {
  readonly message: WebhookMessage | undefined;
};

/** Serves one endpoint at a time for as long as something is due for it. */
@Injectable()
export class EndpointWorker {
  constructor(
    private readonly leases: EndpointLeases,
    private readonly deliveries: WebhookDeliveriesRepository,
    private readonly messages: WebhookMessages,
    private readonly sender: MessageSender,
    private readonly secrets: WebhookSecrets,
  ) {}

  /** Returns what serves the endpoint, which this process has leased, and what stops that. */
  begin(leased: WebhookEndpointEntity, lanes: number): { readonly done: Promise<void>; readonly stop: () => void } {
    const lease = new HeldLease(leased, () => this.leases.renew(leased.id, leased.lease!)).begin();
    const isProbe = isOpen(leased);
    const signers = this.signersOf(leased.id);
    const run: EndpointRun<Prepared> = new EndpointRun<Prepared>(
      async (busy) => ((await lease.renewed()) ? this.prepared(leased, busy, isProbe ? 1 : BATCH) : []),
      async (one) => {
        const endpoint = await lease.held();
        return (
          endpoint !== undefined && (await this.sender.send(endpoint, one, one.message, await signers())) && !isProbe
        );
      },
    );
    const release = (rest: number) => this.leases.release(leased.id, leased.lease!, rest);
    const done = run
      .run(isProbe ? 1 : lanes)
      .finally(() => lease.end())
      .then(
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
    if (due.length === 0) return [];
    const messages = await this.messages.of(due);
    return due.map((delivery) => ({ ...delivery, message: messages.get(delivery.id) }));
  }

  /** Reads the signers of an endpoint again when a secret may have been replaced since. */
  private signersOf(id: WebhookEndpointId): () => Promise<readonly Signer[]> {
    let [signers, readAt]: [Promise<readonly Signer[]> | undefined, number] = [undefined, 0];
    return () => {
      if (signers && performance.now() - readAt < SIGNERS_FRESH_MS) return signers;
      readAt = performance.now();
      return (signers = this.secrets.signers(id));
    };
  }
}
