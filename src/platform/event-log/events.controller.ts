import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { NotFound } from '../../shared/errors.js';
import type { EventId } from '../../shared/ids.js';
import { RequirePermission } from '../access/index.js';
import { IdPipe, Lists, pageOf, readCursor } from '../http/index.js';
import { Operation } from '../openapi/index.js';
import { ChangeLog } from '../outbox/index.js';
import { ListEventsQuery } from './dto/list-events.query.js';
import { EventLogRepository } from './event-log.repository.js';
import { presentLoggedEvent } from './logged-event.presenter.js';
import { LoggedEventView } from './logged-event.view.js';

@ApiTags('events')
@ApiBearerAuth()
@RequirePermission('events:read')
@Controller('v1/events')
export class EventsController {
  constructor(
    private readonly log: EventLogRepository,
    private readonly changes: ChangeLog,
  ) {}

  /** Newest first; with `after`, oldest first. */
  @Get()
  @Operation('listEvents', 'List what happened', {
    description: 'The newest first; with `after`, the oldest first.',
    refuses: ['events_deleted'],
  })
  @Lists(LoggedEventView, presentLoggedEvent)
  async list(@Query() { limit, cursor, after, ...filter }: ListEventsQuery) {
    const last = readCursor(cursor, ['number'])?.[0] as number | undefined;
    const place = after === undefined ? { below: last } : { above: last ?? after };
    const events = await this.log.list(filter, place, limit + 1);
    if (place.above !== undefined) await this.changes.assertKeptAbove(place.above);
    return pageOf(events, limit, ({ sequence }) => [sequence!]);
  }

  @Get(':id')
  @Operation('readEvent', 'Read an event')
  @ApiOkResponse({ type: LoggedEventView })
  async read(@Param('id', IdPipe('evt')) id: EventId): Promise<LoggedEventView> {
    const event = await this.log.find(id);
    if (!event) throw new NotFound('event');
    return presentLoggedEvent(event);
  }
}
