import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../access/index.js';
import { Takes } from '../routes/index.js';
import { PAGE_HEADERS, statusPage } from './status-page.js';
import { StatusService } from './status.service.js';
import { StatusView } from './status.view.js';

/** How the service is, for everybody. It tells neither versions nor reasons. */
@ApiTags('service')
@Public({ ignoresToken: true })
@Controller('status')
export class StatusController {
  constructor(private readonly status: StatusService) {}

  // Asked most when there is an overload; its answer is at hand.
  @Takes({ priority: 'essential' })
  @Get()
  @ApiOperation({ summary: 'How the service is, and was in the last 24 hours: a page for browsers, JSON for programs' })
  @ApiOkResponse({ type: StatusView })
  async read(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StatusView | string> {
    const status = await this.status.status();
    void reply.header('Vary', 'Accept');
    if (prefersPage(request.headers.accept)) {
      void reply.headers(PAGE_HEADERS);
      return statusPage(status);
    }
    void reply.header('Cache-Control', 'no-store');
    return status;
  }
}

/** Browsers name HTML; what names nothing, or everything alike, gets JSON. */
function prefersPage(accept = ''): boolean {
  const [html, json] = [accept.indexOf('text/html'), accept.indexOf('application/json')];
  return html !== -1 && (json === -1 || html < json);
}
