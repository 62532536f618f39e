import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { decodeId, type EventId } from '../shared/ids.js';
import { Deliveries, FinalFailure, Subscriptions } from '../platform/delivery/index.js';
import type { RecordedEvent } from '../platform/outbox/index.js';
import type { DeliveryJob } from '../platform/queue/index.js';
import { TaxCallRefused, TaxReports } from '../tax/index.js';
import { taxPosition } from './domain/tax-position.js';
import { OrdersService } from './orders.service.js';

/** The consumer's name, in `event_deliveries` and of its jobs. */
export const TAXES = 'taxes';

/** Jobs at once. */
const CONCURRENCY = 1;

/** After these, the provider may know less than what is true. */
export const TYPES: readonly string[] = ['order.confirmed', 'order.reduced', 'order.cancelled', 'refund.succeeded'];

/** Tells the tax provider what becomes of orders. */
@Processor(TAXES)
export class TaxReportsConsumer {
  constructor(
    subscriptions: Subscriptions,
    private readonly deliveries: Deliveries,
    private readonly reports: TaxReports,
    private readonly orders: OrdersService,
  ) {
    const handle = (eventIds: readonly EventId[]) => this.handle(eventIds);
    subscriptions.add({ consumer: TAXES, types: TYPES, handle, concurrency: CONCURRENCY });
  }

  @Process({ name: TAXES, concurrency: CONCURRENCY })
  process({ data }: Job<DeliveryJob>): Promise<void> {
    return this.handle(data.eventIds as readonly EventId[]);
  }

  private handle(eventIds: readonly EventId[]): Promise<void> {
    return this.deliveries.handle(TAXES, eventIds, async () => (event) => this.report(event));
  }

  private async report({ orderId: publicId }: RecordedEvent): Promise<void> {
    const id = publicId && decodeId('ord', publicId);
    if (!id) return;
    await this.reports
      .report(id, async () => taxPosition((await this.orders.findAll([id]))[0]!))
      .catch((error: unknown) => {
        throw error instanceof TaxCallRefused ? new FinalFailure(error.message, { cause: error }) : error;
      });
  }
}
