import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { logFailure } from '../../platform/database/index.js';
import { Logger } from '../../platform/logging/index.js';
import { PeriodicJob } from '../../platform/schedule/index.js';
import type { NamedProviderGroup } from '../attempts/provider-groups.js';
import { AuthorizationExpiry } from './authorization-expiry.js';
import type { Authorization } from './authorizations.repository.js';

const EVERY_MS = 30_000;
/** Claims of one run. If a provider hangs, so many take less time than after which a job counts as stuck. */
const CLAIMS = 50;

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
    const failed = ({ id }: Authorization, error: unknown) =>
      logFailure(this.logger, 'an authorization could not be expired; it is tried again', error, { attemptId: id });
    for (let claims = 0; claims < CLAIMS; claims++) if (!(await this.expiry.expireSome(group, failed))) return;
  }
}
