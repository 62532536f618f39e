import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/index.js';
import { Outbox } from '../../platform/outbox/index.js';
import { type Authorization, AuthorizationsRepository } from './authorizations.repository.js';
import { CapturesService } from './captures.service.js';
import { capturable, type Payment } from '../domain/payment.js';
import { authorizationExpired } from '../attempts/payment.events.js';
import { forEachOf, type NamedProviderGroup, type ProviderGroup, providerGroups } from '../attempts/provider-groups.js';
import { Providers } from '../providers/provider-registry.js';

const DAY_MS = 24 * 60 * 60_000;
/** Concurrent voids per provider. */
const AT_ONCE = 5;

/** Receives the error of an authorization that could not be checked. */
type Failed = (authorization: Authorization, error: unknown) => void;

/**
 * Voids uncaptured money when the provider no longer holds it (`capabilities.authorizationDays`). A worker may die at any point:
 * the next check continues.
 */
@Injectable()
export class AuthorizationExpiry {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: AuthorizationsRepository,
    private readonly providers: Providers,
    private readonly captures: CapturesService,
    private readonly outbox: Outbox,
  ) {}

  /** Returns a group for each provider, and one for providers that are no longer configured. */
  groups(): readonly NamedProviderGroup[] {
    return providerGroups(this.providers);
  }

  /** Checks all authorizations that are due, and waits for every group. See `expireSome`. */
  async expireDue(failed: Failed, atOnce = AT_ONCE): Promise<void> {
    await forEachOf(this.groups(), async (group) => {
      while (await this.expireSome(group, failed, atOnce));
    });
  }

  /**
   * Checks authorizations of the group that are due, as many as run at once. Returns whether there may be more. Passes the errors of single ones to
   * `failed`; these are checked again later, like those that can't be voided yet because an operation is in progress or the provider refused.
   */
  async expireSome(group: ProviderGroup, failed: Failed, atOnce = AT_ONCE): Promise<boolean> {
    const authorizations = await this.repository.claim(group, atOnce);
    const look = (one: Authorization) => this.look(one).catch((error: unknown) => failed(one, error));
    await Promise.all(authorizations.map(look));
    return authorizations.length === atOnce;
  }

  private async look(authorization: Authorization): Promise<void> {
    const payment = await this.repository.payment(authorization.paymentId);
    const holdsMs = this.providers.of(payment).capabilities.authorizationDays * DAY_MS;
    const leftMs = holdsMs - authorization.ageMs;
    if (leftMs > 0) return void (await this.repository.scheduleExpiryCheck(authorization.id, leftMs));
    const after = capturable(payment) > 0 ? await this.captures.release(payment) : payment;
    const isOver = capturable(after) === 0 && after.capturePending === 0 && after.voidPending === 0;
    if (isOver) await this.finish(authorization, after, new Date(authorization.createdAt.getTime() + holdsMs));
  }

  /** Ends the checks, and records an event if the expiry voided money (and not an earlier void by somebody). */
  private finish({ id, paymentId }: Authorization, payment: Payment, end: Date): Promise<void> {
    return this.tx.run(async () => {
      const expired = await this.repository.wasVoidedSince(paymentId, end);
      if ((await this.repository.scheduleExpiryCheck(id, null)) && expired)
        this.outbox.record(authorizationExpired(payment));
    });
  }
}
