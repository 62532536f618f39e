import { Injectable } from '@nestjs/common';
import type { OrderId } from '../../shared/ids.js';
import { Transaction } from '../../platform/database/index.js';
import { Obligations } from '../../orders/index.js';
import { AttemptStarter } from '../attempts/attempt-starter.js';
import { planReturn } from '../domain/return-plan.js';
import type { StartedAttempt } from '../attempts/payment-locks.js';
import { ObligationOutcome } from './obligation-outcome.js';
import { Returnables } from './returnables.js';
import { ReturnSteps } from './return-steps.js';

/** Orders at a time, so that a hanging provider does not delay the others. */
const AT_ONCE = 8;

/** Returns the money that orders owe. */
@Injectable()
export class FundsReturn {
  constructor(
    private readonly tx: Transaction,
    private readonly returnables: Returnables,
    private readonly steps: ReturnSteps,
    private readonly outcome: ObligationOutcome,
    private readonly attempts: AttemptStarter,
  ) {}

  /** Starts to return what this order owes. Returns the started attempts, which are not sent yet. Safe to repeat. */
  begin(orderId: OrderId): Promise<readonly StartedAttempt[]> {
    return this.tx.run(async () => {
      const given = await this.returnables.lock(orderId);
      const plan = planReturn(given);
      const { order, started } = await this.steps.begin(given, plan);
      this.outcome.conclude({ ...given, order }, plan);
      return started;
    });
  }

  /** Starts to return what this order owes, and sends the attempts. The resolver sends those that fail now. */
  async return(orderId: OrderId): Promise<void> {
    const sent = (await this.begin(orderId)).map((started) => this.attempts.finish(started));
    const failed = (await Promise.allSettled(sent)).find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }
}

/** Checks the obligations that are due. */
@Injectable()
export class DueReturns {
  constructor(
    private readonly obligations: Obligations,
    private readonly funds: FundsReturn,
  ) {}

  /** Passes the errors of single orders to `failed`; these are checked again when the worker's lease has ended. */
  async returnDue(failed: (orderId: OrderId, error: unknown) => void): Promise<void> {
    for (;;) {
      const orders = await this.obligations.claim(AT_ONCE);
      if (orders.length === 0) return;
      await Promise.all(orders.map((id) => this.funds.return(id).catch((error: unknown) => failed(id, error))));
    }
  }
}
