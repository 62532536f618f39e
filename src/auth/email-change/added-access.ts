import { Injectable } from '@nestjs/common';
import { ApiKeyAccess } from '../../api-keys/index.js';
import type { UserId } from '../../shared/ids.js';
import { IdentitiesService } from '../identities/identities.service.js';
import { SecondFactorsService } from '../second-factors/second-factors.service.js';
import { SessionsService } from '../sessions/sessions.service.js';

/** Before they change the address, attackers may add factors and keys; these are younger than a day, in milliseconds. */
const BEFORE_MS = 86_400_000;

/** Ways into an account that somebody may have added who changed its address. */
@Injectable()
export class AddedAccess {
  constructor(
    private readonly sessions: SessionsService,
    private readonly identities: IdentitiesService,
    private readonly factors: SecondFactorsService,
    private readonly keys: ApiKeyAccess,
  ) {}

  /**
   * Ends all sessions and unlinks all accounts at identity providers. Removes the second factors, recovery codes and API keys that are younger
   * than a day before the change: an older factor is the owner's, and protects the account also from whoever reads its old mailbox.
   */
  async remove(userId: UserId, changedAt: Date): Promise<void> {
    await this.removeSince(userId, new Date(changedAt.getTime() - BEFORE_MS));
  }

  /** In this process at once. */
  endSessions(userId: UserId): Promise<void> {
    return this.sessions.revokeAll(userId);
  }

  /** Leaves the password alone, which must be long. */
  removeAll(userId: UserId): Promise<void> {
    return this.removeSince(userId, new Date(0));
  }

  private async removeSince(userId: UserId, since: Date): Promise<void> {
    await this.sessions.revokeAll(userId);
    await this.identities.unlinkAll(userId);
    await this.factors.removeAddedSince(userId, since);
    await this.keys.revokeMadeSince(userId, since);
  }
}
