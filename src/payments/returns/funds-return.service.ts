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

  /** Sends a started attempt in its provider's turn. The resolver sends those that fail now, or whose turn comes too late. */
  async send(started: StartedAttempt, queues: SendQueues): Promise<void> {
    const since = performance.now();
    await queues.run(started.payment.provider, async () => {
      if (performance.now() - since < LONGEST_WAIT_MS) await this.attempts.finish(started);
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
    const sent: Promise<void>[] = [];
    try {
      while ((await this.startDue(failed, queues, sent)) > 0) await Promise.all(sent);
    } finally {
      await Promise.all(sent);
    }
  }

  /**
   * Starts to return what is due. Returns the number of orders. `sent` gets what resolves when a provider has answered; whoever does not wait
   * for it lets a provider that hangs delay no other. Passes the errors of single orders to `failed`; these are checked again when the
   * worker's lease has ended.
   */
  async startDue(failed: Failed, queues: SendQueues, sent: Promise<void>[] = []): Promise<number> {
    const start = async (id: OrderId) => {
      const pass = (error: unknown) => failed(id, error);
      const started = await this.funds.begin(id).catch(pass);
      for (const one of started ?? []) sent.push(this.funds.send(one, queues).catch(pass));
    };
    for (let orders = 0; ;) {
      const claimed = await this.obligations.claim(AT_ONCE);
      if (claimed.length === 0) return orders;
      await Promise.all(claimed.map(start));
      orders += claimed.length;
    }
  }
}
