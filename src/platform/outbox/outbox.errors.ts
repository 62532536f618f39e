import { DomainError } from '../../shared/errors.js';

/** Somebody asked for events that retention has deleted. */
export class EventsDeleted extends DomainError {
  readonly code = 'events_deleted';
  readonly kind = 'gone';

  /** `then`: what to do. */
  constructor(then: string) {
    super(`Some of these events are deleted, because they are older than events are kept. ${then}`);
  }
}
