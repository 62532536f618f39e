import { ValidationFailed } from '../shared/errors.js';
import { wants } from '../shared/event-filter.js';

/** The types of events that Till has. An endpoint that waits for another one would wait for ever. */
export class KnownEventTypes {
  constructor(private readonly types: readonly string[]) {}

  /** @throws ValidationFailed for filters that no type passes */
  assertKnown(filters: readonly string[]): void {
    const violations = filters.flatMap((filter, index) => {
      if (this.types.some((type) => wants([filter], type))) return [];
      return [
        { pointer: `/types/${index}`, code: 'unknown_event_type', message: `matches no event; ${this.hint(filter)}` },
      ];
    });
    if (violations.length > 0) throw new ValidationFailed(violations);
  }

  private hint(filter: string): string {
    const thing = filter.slice(0, filter.indexOf('.'));
    const ofThing = this.types.filter((type) => type.startsWith(`${thing}.`));
    if (ofThing.length > 0) return `there are ${ofThing.join(', ')}`;
    return `there are events of ${[...new Set(this.types.map((type) => type.slice(0, type.indexOf('.'))))].join(', ')}`;
  }
}
