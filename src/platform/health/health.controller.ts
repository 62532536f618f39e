import { Controller, Get, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../access/index.js';
import { version } from '../build/index.js';
import { Config } from '../config/index.js';
import { Takes } from '../routes/index.js';
import { HealthService } from './health.service.js';
import { type Health, healthOf, httpStatusOf } from './health.view.js';
import { LoopWatch } from './loop-watch.js';

/** For operators and their probes: `docs/production.md` says what the answers mean. */
@ApiExcludeController()
@Public({ ignoresToken: true })
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthService,
    private readonly loop: LoopWatch,
    private readonly config: Config,
  ) {}

  /** Whether the process makes progress. It asks no other server: restarting this one would not bring that one back. */
  @Takes({ limitedAs: 'unlimited', listener: 'admin' })
  @Get('live')
  live(@Res({ passthrough: true }) reply: FastifyReply): Health {
    return this.answer(reply, healthOf(this.loop.indicator()));
  }

  /** Whether requests can be served. */
  @Takes({ limitedAs: 'unlimited', listener: 'admin' })
  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Health> {
    return this.answer(reply, await this.health.check());
  }

  /** What `/health/ready` says. */
  @Takes({ limitedAs: 'unlimited', listener: 'admin' })
  @Get()
  details(@Res({ passthrough: true }) reply: FastifyReply): Promise<Health> {
    return this.ready(reply);
  }

  private answer(reply: FastifyReply, health: Health): Health {
    void reply.header('Cache-Control', 'no-store').status(httpStatusOf(health));
    return { ...health, ...(this.mayShowBuild && { version, uptimeSeconds: Math.floor(process.uptime()) }) };
  }

  /** In production, clients do not learn which version runs. */
  private get mayShowBuild(): boolean {
    return !this.config.production || this.config.http.admin !== undefined;
  }
}
