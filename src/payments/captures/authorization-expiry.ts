import { Injectable } from '@nestjs/common';
import { type Authorization, AuthorizationsRepository } from './authorizations.repository.js';
import { CapturesService } from './captures.service.js';
import { capturable, type Payment } from '../domain/payment.js';
import { forEachOf, type NamedProviderGroup, type ProviderGroup, providerGroups } from '../attempts/provider-groups.js';
import { Providers } from '../providers/provider-registry.js';
import { LapsedAuthorizations } from './lapsed-authorizations.js';
import { ReleasedAuthorizations } from './released-authorizations.js';

const DAY_MS = 24 * 60 * 60_000;
/** Concurrent voids per provider. */
const AT_ONCE = 5;

/** Who hears of single authorizations. */
export interface ExpiryListener {
  /** It could not be checked, for this error. */
  failed(authorization: Authorization, error: unknown): void;
  /** Its provider refused to void it, and Till recorded its expiry by itself. `payment` is as it is then. */
  lapsed?(authorization: Authorization, payment: Payment): void;
}

/**
 * Voids uncaptured money when the provider no longer holds it (`capabilities.authorizationDays`). A worker may die at any point:
 * the next check continues.
 */
@Injectable()
export class AuthorizationExpiry {
  constructor(
    private readonly repository: AuthorizationsRepository,
    private readonly providers: Providers,
    private readonly captures: CapturesService,
    private readonly released: ReleasedAuthorizations,
    private readonly lapsed: LapsedAuthorizations,
  ) {}

  /** Returns a group for each provider, and one for providers that are no longer configured. */
  groups(): readonly NamedProviderGroup[] {
    return providerGroups(this.providers);
  }

  /** Checks all authorizations that are due, and waits for every group. See `expireSome`. */
  async expireDue(listener: ExpiryListener, atOnce = AT_ONCE): Promise<void> {
    await forEachOf(this.groups(), async (group) => {
      while (await this.expireSome(group, listener, atOnce));
    });
  }

  /**
   * Checks authorizations of the group that are due, as many as run at once. Returns whether there may be more. Those that fail are checked again
   * later, like those that can't be voided yet because an operation is in progress or the provider refused.
   */
  async expireSome(group: ProviderGroup, listener: ExpiryListener, atOnce = AT_ONCE): Promise<boolean> {
    const authorizations = await this.repository.claim(group, atOnce);
    const look = (one: Authorization) =>
      this.look(one, listener).catch((error: unknown) => listener.failed(one, error));
    await Promise.all(authorizations.map(look));
    return authorizations.length === atOnce;
  }

  private async look(authorization: Authorization, listener: ExpiryListener): Promise<void> {
    const payment = await this.repository.payment(authorization.paymentId);
    const holdsMs = this.providers.of(payment).capabilities.authorizationDays * DAY_MS;
    const leftMs = holdsMs - authorization.ageMs;
    if (leftMs > 0) return void (await this.repository.scheduleExpiryCheck(authorization.id, leftMs));
    const end = new Date(authorization.createdAt.getTime() + holdsMs);
    const after = capturable(payment) > 0 ? await this.captures.release(payment) : payment;
    const isOver = capturable(after) === 0 && after.capturePending === 0 && after.voidPending === 0;
    if (isOver) return this.released.finish(authorization, after, end);
    const lapsed = await this.lapsed.expire(authorization, end);
    if (lapsed) listener.lapsed?.(authorization, lapsed);
  }
}
