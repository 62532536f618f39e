import { ApiProperty } from '@nestjs/swagger';
import { EventView } from '../outbox/index.js';

/** An event as clients see it, with its place in the log. */
export class LoggedEventView extends EventView {
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description:
      'Its place in the log, without a gap, where what commits later comes later; null for a moment, until the worker has put it there.',
  })
  readonly sequence: number | null;
}
