import { Controller, Get, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { register } from 'prom-client';
import { Public } from '../access/index.js';
import { Takes } from '../routes/index.js';

/** This process's metrics in the Prometheus text format. It needs no sign-in, as Prometheus expects. */
@ApiExcludeController()
@Public({ ignoresToken: true })
@Controller('metrics')
export class MetricsController {
  @Takes({ limitedAs: 'unlimited', listener: 'admin' })
  @Get()
  async scrape(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.header('Content-Type', register.contentType);
    return register.metrics();
  }
}
