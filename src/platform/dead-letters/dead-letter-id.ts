import type { PipeTransform } from '@nestjs/common';
import { NotFound } from '../../shared/errors.js';
import { decodeId, encodeId, type EventId } from '../../shared/ids.js';

/** Which event, and for whom. */
export interface DeadLetterKey {
  readonly eventId: EventId;
  readonly consumer: string;
}

const CONSUMER = /^[a-z][a-z-]{0,49}$/;

/** The public id: that of the event, and the name of the consumer. */
export function encodeDeadLetterId({ eventId, consumer }: DeadLetterKey): string {
  return `${encodeId('evt', eventId)}.${consumer}`;
}

/** Returns the key in a public id; `undefined` for any other text. */
export function decodeDeadLetterId(text: string): DeadLetterKey | undefined {
  const dot = text.indexOf('.');
  const [eventId, consumer] = [decodeId('evt', text.slice(0, dot)), text.slice(dot + 1)];
  return dot > 0 && eventId && CONSUMER.test(consumer) ? { eventId, consumer } : undefined;
}

/** Reads the id in a path; one of another form is 404. */
export class DeadLetterIdPipe implements PipeTransform<string, DeadLetterKey> {
  transform(text: string): DeadLetterKey {
    const key = decodeDeadLetterId(text);
    if (!key) throw new NotFound('dead letter');
    return key;
  }
}
