import { Injectable } from '@nestjs/common';
import { Degradations } from '../../platform/health/index.js';
import { Logger } from '../../platform/logging/index.js';
import { gauge, type Measure } from '../../platform/metrics/index.js';
import type { Outcome } from './provider.js';
import { Providers } from './provider-registry.js';

/** Whether the providers take the credentials of this installation, by the latest call of each from this process. */
@Injectable()
export class ProviderHealth {
  private readonly refusing = new Set<string>();

  constructor(
    providers: Providers,
    degradations: Degradations,
    private readonly logger: Logger,
  ) {
    for (const { name } of providers.all())
      degradations.add(`provider:${name}`, () =>
        this.refusing.has(name)
          ? `The payment provider ${name} refuses the credentials of this installation.`
          : undefined,
      );
    const help = 'Whether a payment provider takes the credentials of this installation (1) or refuses them (0).';
    const measure: Measure = (set) => {
      for (const { name } of providers.all()) set({ provider: name }, this.refusing.has(name) ? 0 : 1);
    };
    gauge('till_provider_up', help, ['provider'], measure, 'min');
  }

  /** Notes what a call came to. Logs an error when the provider begins to refuse the credentials. */
  note(provider: string, outcome: Outcome): void {
    if (isRefusedCredentials(outcome)) this.noteRefusal(provider);
    else if (outcome.state !== 'unknown' && outcome.state !== 'not_sent' && this.refusing.delete(provider))
      this.logger.info('the payment provider takes our credentials again', { provider });
  }

  private noteRefusal(provider: string): void {
    if (this.refusing.has(provider)) return;
    this.refusing.add(provider);
    this.logger.error(
      'the payment provider refuses our credentials: nobody can pay there, and nothing is captured or refunded. Set valid ones and restart; till doctor checks them',
      { provider },
    );
  }
}

/** Whether the provider executed nothing because it refuses the credentials. */
export function isRefusedCredentials(outcome: Outcome): boolean {
  return 'trouble' in outcome && outcome.trouble === 'credentials_refused';
}
