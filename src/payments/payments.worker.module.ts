import { Process, Processor } from '@nestjs/bull';
import { Injectable, Module } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { Job } from 'bull';
import { decodeId, type EventId } from '../shared/ids.js';
import { logFailure } from '../platform/database/index.js';
import { Deliveries, Subscriptions } from '../platform/delivery/index.js';
import { Logger } from '../platform/logging/index.js';
import { gauge } from '../platform/metrics/index.js';
import type { RecordedEvent } from '../platform/outbox/index.js';
import { Routine } from '../platform/schedule/index.js';
import { type DeliveryJob, QueueModule } from '../platform/queue/index.js';
import { OrdersModule } from '../orders/index.js';
import { Attempts } from './attempts.js';
import { AuthorizationExpiry } from './authorization-expiry.js';
import { InboxLoop } from './inbox/inbox-loop.js';
import { InboxModule } from './inbox/inbox.module.js';
import { Leftovers } from './leftovers.js';
import { PaymentsModule } from './payments.module.js';
import { DailyReconciliation, ReconciliationMetrics } from './reconciliation/reconciliation.schedule.js';
import { UnreachablePaymentsWarning } from './unreachable-payments.js';
import { ReturnsSchedule } from './returns/returns.schedule.js';

/** The consumer's name in `event_deliveries` and of its jobs. */
const GIVE_BACK = 'give-back';
/** After these, an order may have payments that it needs no more. */
const ENDED = ['order.cancelled', 'order.expired', 'payment.completed_order'];

/** Cancels payments that still wait for the shopper of an order that has ended or was paid. */
@Processor(GIVE_BACK)
export class GiveBackProcessor {
  constructor(
    private readonly deliveries: Deliveries,
    private readonly leftovers: Leftovers,
  ) {}

  @Process({ name: GIVE_BACK, concurrency: 1 })
  giveBack({ data }: Job<DeliveryJob>): Promise<void> {
    return this.deliveries.handle(
      GIVE_BACK,
      data.eventIds as readonly EventId[],
      async () => (event) => this.clear(event),
    );
  }

  private async clear({ type, orderId: publicId }: RecordedEvent): Promise<void> {
    const orderId = publicId && decodeId('ord', publicId);
    if (!orderId) return;
    await this.leftovers.cancel(orderId, type);
  }
}

const EVERY_MS = 1000;
const BATCH = 50;

/** Finds out what became of operations whose outcome nobody recorded, so that no charge stays unknown. */
@Injectable()
export class Resolver {
  private readonly routine: Routine;

  constructor(
    private readonly attempts: Attempts,
    private readonly logger: Logger,
  ) {
    this.routine = new Routine('resolve open attempts', logger, () => this.resolve());
    gauge('till_payment_outcomes_open', 'Operations whose outcome is not known, by age.', ['age'], async (set) => {
      for (const { age, attempts: count } of await attempts.openByAge()) set({ age }, count);
    });
  }

  @Interval(EVERY_MS)
  tick(): Promise<void> {
    return this.routine.tick();
  }

  private async resolve(): Promise<void> {
    await this.attempts.resolveDue(BATCH, ({ id }, err) =>
      logFailure(this.logger, 'an attempt could not be resolved; it is tried again', err, { attemptId: id }),
    );
  }
}

const EXPIRY_EVERY_MS = 30_000;

/** Gives up authorizations that were never captured once their provider holds them no longer. */
@Injectable()
export class AuthorizationSweep {
  private readonly routine: Routine;

  constructor(expiry: AuthorizationExpiry, logger: Logger) {
    this.routine = new Routine('expire authorizations', logger, async () => {
      await expiry.expireDue(BATCH, ({ id }, err) =>
        logFailure(logger, 'an authorization could not be expired; it is tried again', err, { attemptId: id }),
      );
    });
  }

  @Interval(EXPIRY_EVERY_MS)
  tick(): Promise<void> {
    return this.routine.tick();
  }
}

@Module({
  imports: [QueueModule.of(GIVE_BACK), OrdersModule, PaymentsModule, InboxModule],
  providers: [
    GiveBackProcessor,
    ReturnsSchedule,
    Resolver,
    AuthorizationSweep,
    UnreachablePaymentsWarning,
    InboxLoop,
    DailyReconciliation,
    ReconciliationMetrics,
  ],
})
export class PaymentsWorkerModule {
  constructor(subscriptions: Subscriptions) {
    subscriptions.add({ consumer: GIVE_BACK, types: ENDED });
  }
}
