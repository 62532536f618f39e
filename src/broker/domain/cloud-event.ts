/** What a message is made of. */
export interface EventContent {
  readonly id: string;
  readonly type: string;
  readonly createdAt: Date;
  /** The event's place in the log; undefined where it has none. */
  readonly sequence: number | undefined;
  readonly aggregate: { readonly type: string; readonly id: string; readonly version: number };
  readonly traceparent: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The attributes of an event (CloudEvents 1.0.2, section 3), but for its data. */
export type Attributes = Readonly<Record<string, string | number>>;

/** `sequence` has that many digits, so that it is ordered as a text too, as its extension demands. */
const DIGITS = 16;

/**
 * Returns the attributes of an event from this source. Beside those of the core: `sequence`, `partitionkey` and `traceparent` of the
 * extensions that CloudEvents documents, and the type and version of what changed.
 */
export function attributesOf(event: EventContent, source: string): Attributes {
  const { id, type, createdAt, sequence, aggregate, traceparent } = event;
  return {
    specversion: '1.0',
    id,
    source,
    type,
    subject: aggregate.id,
    time: createdAt.toISOString(),
    datacontenttype: 'application/json',
    partitionkey: aggregate.id,
    ...(sequence !== undefined && { sequence: String(sequence).padStart(DIGITS, '0') }),
    aggregatetype: aggregate.type,
    aggregateversion: aggregate.version,
    ...(traceparent !== null && { traceparent }),
  };
}

/** A message of AMQP 0-9-1. */
export interface Message {
  readonly routingKey: string;
  readonly content: Buffer;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string | number>>;
}

/**
 * Returns the message of an event. Structured: the JSON format has all of it. Binary: the body is the data, and headers have the attributes, with
 * the prefix of the AMQP binding (1.0.2, section 3.1.3.1), since RabbitMQ shows application properties of AMQP 1.0 as headers.
 */
export function messageOf(event: EventContent, source: string, mode: 'structured' | 'binary'): Message {
  const attributes = attributesOf(event, source);
  const { type: routingKey, data } = event;
  if (mode === 'structured') {
    const content = Buffer.from(JSON.stringify({ ...attributes, data }));
    return { routingKey, content, contentType: 'application/cloudevents+json; charset=utf-8', headers: {} };
  }
  const { datacontenttype: _, ...rest } = attributes;
  const headers = Object.fromEntries(Object.entries(rest).map(([name, value]) => [`cloudEvents_${name}`, value]));
  return { routingKey, content: Buffer.from(JSON.stringify(data)), contentType: 'application/json', headers };
}
