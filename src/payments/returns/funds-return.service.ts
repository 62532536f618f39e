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

/** So many orders at once, so that a provider that hangs does not keep the others waiting. */
const AT_ONCE = 8;

/** Gives back what orders owe. */
@Injectable()
export class FundsReturn {
  constructor(
    private readonly tx: Transaction,
    private readonly returnables: Returnables,
    private readonly steps: ReturnSteps,
    private readonly outcome: ObligationOutcome,
    private readonly attempts: AttemptStarter,
  ) {}

  /** Gives back what this order owes. The attempts that were begun, which are yet to be sent. Safe to repeat. */
  begin(orderId: OrderId): Promise<readonly StartedAttempt[]> {
    return this.tx.run(async () => {
      const given = await this.returnables.lock(orderId);
      const plan = planReturn(given);
      const { order, started } = await this.steps.begin(given, plan);
      this.outcome.conclude({ ...given, order }, plan);
      return started;
    });
  }

  /** Begins to give back what this order owes, and sends it. What can not be sent now is sent by the resolver. */
  async return(orderId: OrderId): Promise<void> {
    const sent = (await this.begin(orderId)).map((started) => this.attempts.finish(started));
    const failed = (await Promise.allSettled(sent)).find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }
}

/** Looks at the obligations whose time has come. */
@Injectable()
export class DueReturns {
  constructor(
    private readonly obligations: Obligations,
    private readonly funds: FundsReturn,
  ) {}

  /** The errors of single orders go to `failed`; they are looked at again when the worker's lease has ended. */
  async returnDue(failed: (orderId: OrderId, error: unknown) => void): Promise<void> {
    for (;;) {
      const orders = await this.obligations.claim(AT_ONCE);
      if (orders.length === 0) return;
      await Promise.all(orders.map((id) => this.funds.return(id).catch((error: unknown) => failed(id, error))));
    }
  }
}
