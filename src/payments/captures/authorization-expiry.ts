import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/index.js';
import { Outbox } from '../../platform/outbox/index.js';
import { type Authorization, AuthorizationsRepository } from './authorizations.repository.js';
import { CapturesService } from './captures.service.js';
import { capturable, type Payment } from '../domain/payment.js';
import { authorizationExpired } from '../attempts/payment.events.js';
import { Providers } from '../providers/provider-registry.js';

const DAY_MS = 24 * 60 * 60_000;

/**
 * Gives up what was authorised and not captured when the provider holds it no longer (`capabilities.authorizationDays`).
 * A worker may die at any point of it: the next look goes on.
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

  /**
   * Looks into the authorizations whose time has come. The errors of single ones go to `failed`; those are looked at again
   * later, as are those that can't be given up yet: an operation is under way, or the provider said no.
   */
  async expireDue(limit: number, failed: (authorization: Authorization, error: unknown) => void): Promise<void> {
    for (;;) {
      const authorizations = await this.repository.claim(limit);
      for (const one of authorizations) await this.look(one).catch((error: unknown) => failed(one, error));
      if (authorizations.length < limit) return;
    }
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

  /** Tells of it when it was the end of the authorization that voided something, and not somebody before. */
  private finish({ id, paymentId }: Authorization, payment: Payment, end: Date): Promise<void> {
    return this.tx.run(async () => {
      const expired = await this.repository.wasVoidedSince(paymentId, end);
      if ((await this.repository.scheduleExpiryCheck(id, null)) && expired)
        this.outbox.record(authorizationExpired(payment));
    });
  }
}
