import { Injectable } from '@nestjs/common';
import type { EventId } from '../../shared/ids.js';
import { countConsumer } from './delivery-counters.js';

/** Which events a consumer wants, and what brings them to it. Its name is also the name of its queue and of its jobs. */
export interface Subscription {
  readonly consumer: string;
  /** Or `*` alone: every type. */
  readonly types: readonly string[];
  /** Handles those of the events that are to be delivered now (`Deliveries.handle`): for a job, or without one. */
  readonly handle: (eventIds: readonly EventId[]) => Promise<void>;
  /** How many jobs of it run at the same time in one process. */
  readonly concurrency: number;
  /** Whether this process can deliver at all now; while not, nothing is taken for it here. Absent: always. */
  readonly isReady?: () => boolean;
}

/** The subscriptions of this worker's modules. Each module adds its own at start. */
@Injectable()
export class Subscriptions {
  private readonly byConsumer = new Map<string, Subscription>();

  add(subscription: Subscription): void {
    this.byConsumer.set(subscription.consumer, subscription);
    countConsumer(subscription.consumer);
  }

  /** @throws when nobody subscribed under this name */
  of(consumer: string): Subscription {
    const subscription = this.byConsumer.get(consumer);
    if (!subscription) throw new Error(`The consumer ${consumer} has no subscription.`);
    return subscription;
  }

  /** Whether this process takes deliveries for the consumer now. */
  isReady(consumer: string): boolean {
    return this.of(consumer).isReady?.() ?? true;
  }

  /** Returns one entry per consumer and type. */
  list(): readonly { readonly consumer: string; readonly type: string }[] {
    return [...this.byConsumer.values()].flatMap(({ consumer, types }) => types.map((type) => ({ consumer, type })));
  }
}
