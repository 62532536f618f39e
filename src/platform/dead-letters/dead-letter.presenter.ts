import { encodeId } from '../../shared/ids.js';
import { encodeDeadLetterId } from './dead-letter-id.js';
import type { DeadLetter } from './dead-letters.repository.js';
import type { DeadLetterView } from './dead-letter.view.js';

export function presentDeadLetter(letter: DeadLetter): DeadLetterView {
  const { eventId, consumer, type, aggregateId, attempts, lastError, createdAt } = letter;
  return {
    id: encodeDeadLetterId(letter),
    eventId: encodeId('evt', eventId),
    consumer,
    type,
    aggregateId,
    attempts,
    lastError,
    createdAt: createdAt.toISOString(),
  };
}
