import type { EventId } from '../../shared/ids.js';

/** Something that happened to one thing: what other parts of Till, and later webhooks, are told. */
export interface DomainEvent {
  /** `user.registered`: the thing and what happened, past tense. */
  readonly type: string;
  /** The thing it happened to; `id` in its public form (`ord_...`), `version` the thing's after the change. */
  readonly aggregate: { readonly type: string; readonly id: string; readonly version: number };
  /** Public form of the order on whose timeline this belongs, where there is one. */
  readonly orderId?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** An event as it was recorded. */
export interface RecordedEvent extends DomainEvent {
  readonly id: EventId;
  readonly requestId: string | null;
  readonly actorId: string | null;
  readonly createdAt: Date;
}
