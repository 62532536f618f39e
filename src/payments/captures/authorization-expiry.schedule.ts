import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { encodeId } from '../../shared/ids.js';
import { logFailure } from '../../platform/database/index.js';
import { Logger } from '../../platform/logging/index.js';
import { counter } from '../../platform/metrics/index.js';
import { PeriodicJob } from '../../platform/schedule/index.js';
import type { NamedProviderGroup } from '../attempts/provider-groups.js';
import { AuthorizationExpiry, type ExpiryListener } from './authorization-expiry.js';

const EVERY_MS = 30_000;
/** Claims of one run. If a provider hangs, so many take less time than after which a job counts as stuck. */
const CLAIMS = 50;

const lapsed = counter(
  'till_authorizations_lapsed_total',
  'Authorizations that Till recorded as expired because their provider refused to void them after their end.',
  {},
);

/**
 * Voids uncaptured authorizations when their provider no longer holds the money. Each provider has a job of its own, so that one that hangs does not
 * delay the others.
 */
@Injectable()
export class AuthorizationExpiryJob {
  private readonly jobs: readonly PeriodicJob[];

  constructor(
    private readonly expiry: AuthorizationExpiry,
    private readonly logger: Logger,
  ) {
    this.jobs = expiry
      .groups()
      .map((group) => new PeriodicJob(`expire authorizations of ${group.name}`, logger, () => this.expire(group)));
  }

  @Interval(EVERY_MS)
  async tick(): Promise<void> {
    await Promise.all(this.jobs.map((job) => job.tick()));
  }

  private async expire(group: NamedProviderGroup): Promise<void> {
    for (let claims = 0; claims < CLAIMS; claims++) if (!(await this.expiry.expireSome(group, this.listener))) return;
  }

  private readonly listener: ExpiryListener = {
    failed: ({ id }, error) =>
      logFailure(this.logger, 'an authorization could not be expired; it is tried again', error, { attemptId: id }),
    lapsed: ({ paymentId }, { provider, reference }) => {
      lapsed.inc();
      this.logger.error(
        'a provider refuses to void an authorization after its end, so Till recorded it as expired: check the payment at the provider',
        { paymentId: encodeId('pay', paymentId), provider, reference },
      );
    },
  };
}
