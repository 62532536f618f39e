import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OrderId } from '../shared/ids.js';
import { type Caller, CurrentCaller } from '../platform/access/index.js';
import { IdPipe, PageOf, PageQuery, presentPage, readCursor } from '../platform/http/index.js';
import { TimelineService } from './timeline.service.js';
import { presentTimelineEntry, TimelineEntryView } from './timeline.view.js';

@ApiTags('orders')
@ApiBearerAuth()
@Controller('v1/orders/:id/timeline')
export class TimelineController {
  constructor(private readonly timeline: TimelineService) {}

  @Get()
  @ApiOkResponse({ type: PageOf(TimelineEntryView) })
  async read(
    @Param('id', IdPipe('ord')) id: OrderId,
    @Query() { limit, cursor }: PageQuery,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const page = await this.timeline.read(caller, id, readCursor(cursor, ['id']), limit);
    return presentPage(page, presentTimelineEntry, request, reply);
  }
}
