import { Injectable } from '@nestjs/common';
import type { Attempt, Payment } from '../domain/payment.js';
import { type Answer, OutcomeRecorder } from './outcome-recorder.js';
import type { OnRecorded, StartedAttempt } from './payment-locks.js';
import type { Outcome, ProviderAttempt } from '../providers/provider.js';
import { Providers } from '../providers/provider-registry.js';
import { STORE_CREDIT } from '../domain/payment.js';
import { StoreCreditRunner } from './store-credit-runner.js';
import { UnsentAttempts } from './unsent-attempts.js';

const ignore: OnRecorded = () => undefined;

/**
 * Carries a committed attempt to its end: calls the provider outside any transaction, then records what it said in
 * one. Safe to run again, and from several places at once: the provider knows the attempt by its id, and each of its
 * events is applied once.
 */
@Injectable()
export class AttemptRunner {
  constructor(
    private readonly providers: Providers,
    private readonly recorder: OutcomeRecorder,
    private readonly storeCredit: StoreCreditRunner,
    private readonly unsent: UnsentAttempts,
  ) {}

  /**
   * Sends the operation. The payment as it stands after it; `recorded` is told of it in the last transaction. Throws
   * what the provider throws when it could not even be asked; the attempt then stays `started`.
   */
  settle(started: StartedAttempt, recorded: OnRecorded = ignore): Promise<Payment> {
    if (started.payment.provider === STORE_CREDIT) return this.storeCredit.run(started.attempt, recorded);
    return this.callProvider(started, recorded);
  }

  /**
   * Looks into an attempt whose outcome is still to come: asks after it, and sends it again, under the same id, when
   * the provider has never heard of it and it is still wanted; else it is given up.
   */
  async resolve(attempt: Attempt, payment: Payment): Promise<void> {
    if (payment.provider === STORE_CREDIT) return void (await this.storeCredit.run(attempt, ignore));
    const started = { attempt: { ...attempt, checks: attempt.checks + 1 }, payment };
    const provider = this.providers.of(payment);
    const outcome = await withTimeout(provider.timeoutMs, (signal) =>
      provider.getStatus(operationOf(attempt, payment), signal),
    );
    if (outcome.state !== 'not_sent')
      return void (await this.recorder.record(started, this.answerOf(started, outcome), ignore));
    const again = await this.unsent.decide(started);
    if (again) await this.callProvider(again, ignore);
  }

  private async callProvider(started: StartedAttempt, recorded: OnRecorded): Promise<Payment> {
    const provider = this.providers.of(started.payment);
    const operation = operationOf(started.attempt, started.payment);
    const outcome = await withTimeout(provider.timeoutMs, (signal) => provider.send(operation, signal));
    return this.recorder.record(started, this.answerOf(started, outcome), recorded);
  }

  /** Its outcome may stay open as long as the provider lets it. */
  private answerOf({ payment }: StartedAttempt, outcome: Outcome): Answer {
    const { requires_action: forAction, pending } = this.providers.of(payment).capabilities.openOutcomeSeconds;
    const seconds = outcome.state === 'requires_action' ? forAction : pending;
    return { outcome, heldUntil: new Date(payment.createdAt.getTime() + seconds * 1000) };
  }
}

/** The operation with all that the payment's instructions say. */
function operationOf({ id, paymentId, kind, amount }: Attempt, payment: Payment): ProviderAttempt {
  return { ...payment, id, paymentId, kind, amount };
}

/** The outcome of a call that takes no longer than it may; of one that does, nobody knows. */
async function withTimeout(timeoutMs: number, call: (signal: AbortSignal) => Promise<Outcome>): Promise<Outcome> {
  const patience = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => {
      resolve({ state: 'unknown' });
      patience.abort();
    }, timeoutMs);
  });
  return Promise.race([call(patience.signal), late]).finally(() => clearTimeout(timer));
}
