import { Controller, Get, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { register } from 'prom-client';
import { Public } from '../access/index.js';
import { Takes } from '../routes/index.js';

/** Needs no sign-in, as Prometheus expects: do not expose it publicly in the ingress. */
@ApiTags('service')
@Public({ ignoresToken: true })
@Controller('metrics')
export class MetricsController {
  @Takes({ limitedAs: 'unlimited' })
  @Get()
  @ApiOperation({ summary: "This process's metrics in the Prometheus text format" })
  @ApiProduces('text/plain')
  @ApiOkResponse({ type: String })
  async scrape(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.header('Content-Type', register.contentType);
    return register.metrics();
  }
}
