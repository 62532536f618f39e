import { Injectable } from '@nestjs/common';

/** The events that a consumer gets. The consumer's name is also the name of its jobs. */
export interface Subscription {
  readonly consumer: string;
  readonly types: readonly string[];
}

/** The subscriptions of this worker's modules. Each module adds its own at start. */
@Injectable()
export class Subscriptions {
  private readonly pairs: { readonly consumer: string; readonly type: string }[] = [];

  add({ consumer, types }: Subscription): void {
    this.pairs.push(...types.map((type) => ({ consumer, type })));
  }

  /** Returns one entry per consumer and type. */
  list(): readonly { readonly consumer: string; readonly type: string }[] {
    return this.pairs;
  }
}
