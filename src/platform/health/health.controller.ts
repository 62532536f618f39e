import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../access/index.js';
import { Unthrottled } from '../throttling/index.js';
import { type Health, HealthService } from './health.service.js';

@ApiTags('service')
@Public()
@Unthrottled()
@Controller('health')
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get('live')
  @ApiOperation({ summary: 'Whether the process runs' })
  live() {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether requests can be served: 503 without the database, "degraded" without Redis' })
  ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Health> {
    return this.details(reply);
  }

  @Get()
  @ApiOperation({ summary: 'What /health/ready says' })
  async details(@Res({ passthrough: true }) reply: FastifyReply): Promise<Health> {
    const health = await this.health.check();
    void reply.header('Cache-Control', 'no-store').status(health.status === 'unavailable' ? 503 : 200);
    return health;
  }
}
