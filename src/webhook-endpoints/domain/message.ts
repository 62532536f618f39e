/** What a message is made of: always the same for one event, so that each attempt has the same bytes. */
export interface EventContent {
  readonly id: string;
  readonly type: string;
  readonly createdAt: Date;
  /** The event's place in the log. */
  readonly sequence: number;
  readonly aggregate: { readonly type: string; readonly id: string; readonly version: number };
  readonly data: Readonly<Record<string, unknown>>;
}

/** The body of a message, as it is signed and sent: `type`, `timestamp` and `data` of the specification, and what tells repeats and old versions. */
export function bodyOf({ id, type, createdAt, sequence, aggregate, data }: EventContent): string {
  return JSON.stringify({ type, timestamp: createdAt.toISOString(), id, sequence, aggregate, data });
}

/** The type of a message that is about no event. */
export const PING = 'ping';

/** The body of a message that only shows that it arrives. */
export function pingBody(endpointId: string, at: Date): string {
  return JSON.stringify({ type: PING, timestamp: at.toISOString(), data: { endpointId } });
}
