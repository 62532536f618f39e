import { Injectable } from '@nestjs/common';
import type { OrderId } from '../../shared/ids.js';
import { Transaction } from '../../platform/database/index.js';
import { Obligations } from '../../orders/index.js';
import { AttemptStarter } from '../attempts/attempt-starter.js';
import { ABANDONED_AFTER_MS } from '../domain/check-schedule.js';
import { planReturn } from '../domain/return-plan.js';
import type { StartedAttempt } from '../attempts/payment-locks.js';
import { ObligationOutcome } from './obligation-outcome.js';
import { Returnables } from './returnables.js';
import { ReturnSteps } from './return-steps.js';
import { SendQueues } from './send-queues.js';

/** Orders at a time. */
const AT_ONCE = 8;
/** Half of the time after which the resolver sends an attempt, so that both do not send it at the same time. */
const LONGEST_WAIT_MS = ABANDONED_AFTER_MS / 2;

const ignore = () => undefined;

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

  /** Sends a started attempt in its provider's turn. The resolver sends those that fail now, or whose turn comes too late or never. */
  send(started: StartedAttempt, queues: SendQueues, failed: (error: unknown) => void): void {
    const since = performance.now();
    queues.add(started.payment.provider, async () => {
      if (performance.now() - since < LONGEST_WAIT_MS) await this.attempts.finish(started).then(ignore, failed);
    });
  }
}

type Failed = (orderId: OrderId, error: unknown) => void;

/** Checks the obligations that are due. */
@Injectable()
export class DueReturns {
  constructor(
    private readonly obligations: Obligations,
    private readonly funds: FundsReturn,
  ) {}

  /** Returns what is due, and what becomes due by that. Whether it succeeds or fails, all providers have answered when it ends. */
  async returnDue(failed: Failed): Promise<void> {
    const queues = new SendQueues();
    try {
      while ((await this.startDue(failed, queues)) > 0) await queues.idle();
    } finally {
      await queues.idle();
    }
  }

  /**
   * Starts to return what is due, but for orders with a payment at a provider that is busy: these stay due. Returns the number of orders, and waits
   * for no provider. Passes the errors of single orders to `failed`; these are checked again when the worker's lease has ended.
   */
  async startDue(failed: Failed, queues: SendQueues): Promise<number> {
    const start = async (id: OrderId) => {
      const pass = (error: unknown) => failed(id, error);
      for (const one of (await this.funds.begin(id).catch(pass)) ?? []) this.funds.send(one, queues, pass);
    };
    for (let orders = 0; ;) {
      const claimed = await this.obligations.claim(AT_ONCE, queues.busy());
      if (claimed.length === 0) return orders;
      await Promise.all(claimed.map(start));
      orders += claimed.length;
    }
  }
}
