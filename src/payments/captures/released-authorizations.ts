import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/index.js';
import { Outbox } from '../../platform/outbox/index.js';
import { authorizationExpired } from '../attempts/payment.events.js';
import type { Payment } from '../domain/payment.js';
import { type Authorization, AuthorizationsRepository } from './authorizations.repository.js';

/** Authorizations of which nothing is held any more. */
@Injectable()
export class ReleasedAuthorizations {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: AuthorizationsRepository,
    private readonly outbox: Outbox,
  ) {}

  /** Ends the checks, and records an event if the expiry at `end` voided money (and not an earlier void by somebody). Safe to repeat. */
  finish({ id, paymentId }: Authorization, payment: Payment, end: Date): Promise<void> {
    return this.tx.run(async () => {
      const expired = await this.repository.wasVoidedSince(paymentId, end);
      if ((await this.repository.scheduleExpiryCheck(id, null)) && expired)
        this.outbox.record(authorizationExpired(payment));
    });
  }
}
