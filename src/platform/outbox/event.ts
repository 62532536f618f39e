import type { EventId } from '../../shared/ids.js';

/** Something that happened to one thing, for other parts of Till. */
export interface DomainEvent {
  /** The thing and what happened to it, in the past tense, such as `user.registered`. */
  readonly type: string;
  /** The thing that changed: its public id (such as `ord_...`), and its version after the change. */
  readonly aggregate: { readonly type: string; readonly id: string; readonly version: number };
  /** The public id of the order for whose timeline this is, if there is one. */
  readonly orderId?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A recorded event. */
export interface RecordedEvent extends DomainEvent {
  readonly id: EventId;
  readonly requestId: string | null;
  readonly actorId: string | null;
  /** Where the change was in its trace, if it was traced. */
  readonly traceparent?: string | null;
  readonly createdAt: Date;
}
