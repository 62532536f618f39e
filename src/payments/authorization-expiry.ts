import { Injectable } from '@nestjs/common';
import { Clock } from '../shared/clock.js';
import { Transaction } from '../platform/database/index.js';
import { Outbox } from '../platform/outbox/index.js';
import { Attempts } from './attempts.js';
import { type Authorization, AuthorizationsRepository } from './authorizations.repository.js';
import { CapturesService } from './captures.service.js';
import { capturable, type Payment } from './domain/payment.js';
import { authorizationExpired } from './payment-events.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** When to look again at one that could not be given up: an operation is under way, or the provider said no. */
const AGAIN_AFTER_MS = 10 * MINUTE_MS;

/**
 * Gives up what was authorised and not captured when the provider holds it no longer (`capabilities.authorizationDays`).
 * A worker may die at any point of it: the next look goes on.
 */
@Injectable()
export class AuthorizationExpiry {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: AuthorizationsRepository,
    private readonly attempts: Attempts,
    private readonly captures: CapturesService,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Looks into the authorizations whose time has come. The errors of single ones go to `failed`. */
  async expireDue(limit: number, failed: (authorization: Authorization, error: unknown) => void): Promise<void> {
    for (const authorization of await this.repository.due(this.clock.now(), limit)) {
      await this.look(authorization).catch((error: unknown) => failed(authorization, error));
    }
  }

  private async look(authorization: Authorization): Promise<void> {
    const payment = await this.attempts.paymentOf(authorization.paymentId);
    const days = this.attempts.providerOf(payment.provider).capabilities.authorizationDays;
    const end = new Date(authorization.createdAt.getTime() + days * DAY_MS);
    if (end > this.clock.now()) return void (await this.repository.watch(authorization.id, end));
    const after = capturable(payment) > 0 ? await this.captures.release(payment) : payment;
    const isOver = capturable(after) === 0 && after.capturePending === 0 && after.voidPending === 0;
    if (isOver) return this.finish(authorization, after, end);
    const again = new Date(this.clock.now().getTime() + AGAIN_AFTER_MS);
    await this.repository.watch(authorization.id, again);
  }

  /** Tells of it when it was the end of the authorization that voided something, and not somebody before. */
  private finish({ id, paymentId }: Authorization, payment: Payment, end: Date): Promise<void> {
    return this.tx.run(async () => {
      const expired = await this.repository.wasVoidedSince(paymentId, end);
      if ((await this.repository.watch(id, null)) && expired) this.outbox.record(authorizationExpired(payment));
    });
  }
}
