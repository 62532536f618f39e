import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { decodeId, type EventId, type OrderId } from '../../shared/ids.js';
import { Deliveries, Subscriptions } from '../../platform/delivery/index.js';
import type { RecordedEvent } from '../../platform/outbox/index.js';
import type { DeliveryJob } from '../../platform/queue/index.js';
import { SupersededPayments } from './superseded-payments.js';

/** The consumer's name, in `event_deliveries` and of its jobs. It is older than the class. */
export const RETURN_FUNDS = 'give-back';

/** Jobs at once. */
const CONCURRENCY = 1;

type Action = (superseded: SupersededPayments, orderId: OrderId, reason: string) => Promise<void>;

const cancelSuperseded: Action = (superseded, orderId, reason) => superseded.cancel(orderId, reason);

/** The action after each event: cancel payments that still wait for their shopper, because the order no longer needs them. */
const actions: Readonly<Record<string, Action>> = {
  'order.cancelled': cancelSuperseded,
  'order.expired': cancelSuperseded,
  'order.reduced': cancelSuperseded,
  'payment.completed_order': cancelSuperseded,
};

@Processor(RETURN_FUNDS)
export class ReturnFundsConsumer {
  constructor(
    subscriptions: Subscriptions,
    private readonly deliveries: Deliveries,
    private readonly superseded: SupersededPayments,
  ) {
    const handle = (eventIds: readonly EventId[]) => this.handle(eventIds);
    subscriptions.add({ consumer: RETURN_FUNDS, types: Object.keys(actions), handle, concurrency: CONCURRENCY });
  }

  @Process({ name: RETURN_FUNDS, concurrency: CONCURRENCY })
  process({ data }: Job<DeliveryJob>): Promise<void> {
    return this.handle(data.eventIds as readonly EventId[]);
  }

  private handle(eventIds: readonly EventId[]): Promise<void> {
    return this.deliveries.handle(RETURN_FUNDS, eventIds, async () => (event) => this.act(event));
  }

  private async act({ type, orderId: publicId }: RecordedEvent): Promise<void> {
    const orderId = publicId && decodeId('ord', publicId);
    if (orderId) await actions[type]?.(this.superseded, orderId, type);
  }
}
