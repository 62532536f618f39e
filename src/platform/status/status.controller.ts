import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../access/index.js';
import { prefersPage } from '../http/index.js';
import { Takes } from '../routes/index.js';
import { Operation } from '../openapi/index.js';
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
  @Operation('readStatus', 'How the service is, and was in the last 24 hours', {
    description: 'A page for browsers, JSON for programs.',
  })
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
