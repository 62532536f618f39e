import type { Type } from '@nestjs/common';

/** What events of one type mean, and the class that describes their data. */
export interface EventDoc {
  readonly about: string;
  readonly data: Type<object>;
}

/** By type. */
export type EventDocs = Readonly<Record<string, EventDoc>>;
