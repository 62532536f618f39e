import { Injectable } from '@nestjs/common';

/** Who wants to be told of which events. The consumer's name is also the name of its jobs. */
export interface Subscription {
  readonly consumer: string;
  readonly types: readonly string[];
}

/** The subscriptions of this worker's modules; each adds its own when it starts. */
@Injectable()
export class Subscriptions {
  private readonly pairs: { readonly consumer: string; readonly type: string }[] = [];

  add({ consumer, types }: Subscription): void {
    this.pairs.push(...types.map((type) => ({ consumer, type })));
  }

  /** One entry for each consumer and type. */
  list(): readonly { readonly consumer: string; readonly type: string }[] {
    return this.pairs;
  }
}
