import { Controller, Get, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../access/index.js';
import { Takes } from '../routes/index.js';
import { HealthService } from './health.service.js';
import { HealthView, LiveView } from './health.view.js';

@ApiTags('service')
@Public({ ignoresToken: true })
@Controller('health')
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Takes({ limitedAs: 'unlimited' })
  @Get('live')
  @ApiOperation({ summary: 'Whether the process runs' })
  @ApiOkResponse({ type: LiveView })
  live(): LiveView {
    return { status: 'ok' };
  }

  @Takes({ limitedAs: 'unlimited' })
  @Get('ready')
  @ApiOperation({
    summary:
      'Whether requests can be served: 503 without a database that can be written to, with a schema of another build and while shutting down; "degraded" without Redis',
  })
  @ApiOkResponse({ type: HealthView })
  @ApiServiceUnavailableResponse({ type: HealthView })
  ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthView> {
    return this.details(reply);
  }

  @Takes({ limitedAs: 'unlimited' })
  @Get()
  @ApiOperation({ summary: 'What /health/ready says' })
  @ApiOkResponse({ type: HealthView })
  @ApiServiceUnavailableResponse({ type: HealthView })
  async details(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthView> {
    const health = await this.health.check();
    void reply.header('Cache-Control', 'no-store').status(health.status === 'unavailable' ? 503 : 200);
    return health;
  }
}
