import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { OrderId } from '../shared/ids.js';
import { type Caller, CurrentCaller, OwnOr } from '../platform/access/index.js';
import { IdPipe, Lists, PageQuery, readCursor } from '../platform/http/index.js';
import { Operation } from '../platform/openapi/index.js';
import { TimelineService } from './timeline.service.js';
import { presentTimelineEntry } from './timeline.presenter.js';
import { TimelineEntryView } from './timeline.view.js';

@ApiTags('orders')
@ApiBearerAuth()
@Controller('v1/orders/:id/timeline')
export class TimelineController {
  constructor(private readonly timeline: TimelineService) {}

  @Get()
  @Operation('readTimeline', 'List everything that happened to an order')
  @OwnOr('orders:read')
  @Lists(TimelineEntryView, presentTimelineEntry)
  read(
    @Param('id', IdPipe('ord')) id: OrderId,
    @Query() { limit, cursor }: PageQuery,
    @CurrentCaller() caller: Caller,
  ) {
    return this.timeline.read(caller, id, readCursor(cursor, ['id']), limit);
  }
}
