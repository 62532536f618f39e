import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Clock } from '../../shared/clock.js';
import { Logger } from '../logging/index.js';
import { PeriodicJob } from '../schedule/index.js';
import type { ComponentStatus } from './availability.js';
import { type ComponentCheck, ComponentChecks } from './component-checks.js';
import { type Found, IncidentsRepository } from './incidents.repository.js';

const EVERY_MS = 15_000;

/**
 * Checks all components, and records their states. While the database is away, a state and its beginning are kept in memory, and recorded when it is
 * back.
 */
@Injectable()
export class ComponentChecksJob implements OnApplicationBootstrap {
  private readonly job: PeriodicJob;
  private readonly states = new Map<string, { readonly status: ComponentStatus; readonly since: Date }>();

  constructor(
    private readonly checks: ComponentChecks,
    private readonly incidents: IncidentsRepository,
    private readonly clock: Clock,
    logger: Logger,
  ) {
    this.job = new PeriodicJob('check the components of the status page', logger, () => this.run());
  }

  onApplicationBootstrap(): void {
    void this.tick();
  }

  @Interval(EVERY_MS)
  tick(): Promise<void> {
    return this.job.tick();
  }

  /** Checks and records once. @throws the error of the database */
  async run(): Promise<void> {
    const now = this.clock.now();
    const found = await Promise.all(this.checks.all().map((check) => this.look(check, now)));
    await this.incidents.record(found, now);
    await this.incidents.forgetOld();
  }

  private async look({ component, title, check }: ComponentCheck, now: Date): Promise<Found> {
    // Whoever can't tell says "down"; the metrics and the log have the reason.
    const status = await check().catch(() => 'down' as const);
    const known = this.states.get(component);
    const state = known?.status === status ? known : { status, since: now };
    this.states.set(component, state);
    return { component, title, ...state };
  }
}
