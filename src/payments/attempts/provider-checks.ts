import { Injectable } from '@nestjs/common';
import { ComponentChecks } from '../../platform/status/index.js';
import { Providers } from '../providers/provider-registry.js';
import { AttemptsRepository } from './attempts.repository.js';

/** How many calls must be without a clear answer before a provider counts as degraded: one alone says little. */
const ENOUGH = 3;

/** Tells the status page whether payment providers answer. */
@Injectable()
export class ProviderChecks {
  constructor(
    providers: Providers,
    private readonly attempts: AttemptsRepository,
    checks: ComponentChecks,
  ) {
    for (const { name } of providers.all())
      checks.add({ component: `payments:${name}`, title: `Payments (${name})`, check: () => this.state(name) });
  }

  /** Of the attempts of the last ten minutes: degraded when a fifth has no clear answer, down when nearly all. */
  private async state(provider: string) {
    const { all, unknown } = await this.attempts.recent(provider);
    if (unknown < ENOUGH || unknown < all / 5) return 'operational';
    return unknown < all * 0.9 ? 'degraded' : 'down';
  }
}
