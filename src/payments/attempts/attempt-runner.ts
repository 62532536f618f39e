import { Injectable } from '@nestjs/common';
import { traced } from '../../platform/tracing/index.js';
import { steadyNow } from '../../shared/steady-time.js';
import { abandonedEvent } from '../domain/abandoned-attempt.js';
import { type Attempt, NOT_NEEDED, type Payment, PROVIDER_UNAVAILABLE, STORE_CREDIT } from '../domain/payment.js';
import { type Answer, OutcomeRecorder } from './outcome-recorder.js';
import type { OnRecorded, StartedAttempt } from './payment-locks.js';
import { measured, showProvider } from './provider-metrics.js';
import type { Outcome, ProviderAttempt } from '../providers/provider.js';
import { isRefusedCredentials, ProviderHealth } from '../providers/provider-health.js';
import { Providers } from '../providers/provider-registry.js';
import { StoreCreditRunner } from './store-credit-runner.js';
import { UnsentAttempts } from './unsent-attempts.js';

const ignore: OnRecorded = () => undefined;

/**
 * Runs a committed attempt: calls the provider outside any transaction, then records the outcome in one. Safe to repeat and to run
 * concurrently: the attempt's id is the provider's idempotency key, and each event is applied once.
 */
@Injectable()
export class AttemptRunner {
  constructor(
    private readonly providers: Providers,
    private readonly recorder: OutcomeRecorder,
    private readonly storeCredit: StoreCreditRunner,
    private readonly unsent: UnsentAttempts,
    private readonly health: ProviderHealth,
  ) {
    for (const { name } of providers.all()) showProvider(name);
  }

  /**
   * Sends the operation. Returns the payment after it; calls `recorded` in the last transaction. Throws the provider's error if
   * the call could not be made; the attempt then stays `started`.
   */
  settle(started: StartedAttempt, recorded: OnRecorded = ignore): Promise<Payment> {
    if (started.payment.provider === STORE_CREDIT) return this.storeCredit.run(started.attempt, recorded);
    return this.callProvider(started, recorded);
  }

  /**
   * Goes on with an attempt of an earlier run of the same request, which may have sent it. If the order has ended meanwhile, the provider is
   * asked, and nothing is sent. Returns the payment after it; undefined if that is to be read.
   */
  async resume(started: StartedAttempt, recorded?: OnRecorded): Promise<Payment | undefined> {
    const again = await this.unsent.resume(started);
    if (again) return this.settle(again, recorded);
    await this.resolve(started.attempt, started.payment);
    return undefined;
  }

  /**
   * Resolves an attempt with an open outcome: asks the provider, or cancels it there if it waits for a shopper who needs it no more. If the
   * provider has no record of it, sends it again with the same id while it is still wanted, or gives it up.
   */
  async resolve(attempt: Attempt, payment: Payment): Promise<void> {
    if (payment.provider === STORE_CREDIT) return void (await this.storeCredit.run(attempt, ignore));
    const started = { attempt: { ...attempt, checks: attempt.checks + 1 }, payment };
    const provider = this.providers.of(payment);
    const isNeeded = payment.decline?.code !== NOT_NEEDED || !provider.cancelWaiting;
    const answer = await observed(isNeeded ? 'status' : 'cancel', started, () =>
      withTimeout(provider.timeoutMs, (signal) =>
        provider[isNeeded ? 'getStatus' : 'cancelWaiting']!(operationOf(attempt, payment), signal),
      ),
    );
    this.health.note(provider.name, answer);
    // A cancellation that was not sent says nothing about the payment, which the shopper can still pay.
    const outcome = !isNeeded && answer.state === 'not_sent' ? { ...answer, state: 'unknown' as const } : answer;
    if (outcome.state !== 'not_sent')
      return void (await this.recorder.record(started, this.answerOf(started, outcome), ignore));
    const again = await this.unsent.decide(started);
    if (again) await this.callProvider(again, ignore);
  }

  private async callProvider(started: StartedAttempt, recorded: OnRecorded): Promise<Payment> {
    const provider = this.providers.of(started.payment);
    const operation = operationOf(started.attempt, started.payment);
    const outcome = await observed(operation.kind, started, () =>
      withTimeout(provider.timeoutMs, (signal) => provider.send(operation, signal)),
    );
    this.health.note(provider.name, outcome);
    return this.recorder.record(started, this.answerOf(started, finalOf(started, outcome)), recorded);
  }

  /** Adds how long the outcome may stay open, according to the provider's capabilities. */
  private answerOf({ payment }: StartedAttempt, outcome: Outcome): Answer {
    const { requires_action: forAction, pending } = this.providers.of(payment).capabilities.openOutcomeSeconds;
    const after = (seconds: number) => new Date(payment.createdAt.getTime() + seconds * 1000);
    if (outcome.state !== 'requires_action') return { outcome, heldUntil: after(pending) };
    if (!outcome.display) return { outcome, heldUntil: after(forAction) };
    // The shopper pays elsewhere, within days.
    const { expiresAt } = outcome.display;
    return { outcome, heldUntil: expiresAt === null ? after(pending) : new Date(expiresAt) };
  }
}

/** Measures and traces a call of a provider. */
function observed(
  operation: Parameters<typeof measured>[1],
  { payment, attempt }: StartedAttempt,
  call: () => Promise<Outcome>,
) {
  const attributes = { 'till.provider': payment.provider, 'till.attempt.id': attempt.id };
  return measured(payment.provider, operation, () =>
    traced(`${operation} ${payment.provider}`, { kind: 'client', attributes }, call),
  );
}

/**
 * A payment whose only call was refused with our credentials fails at once: nothing happened, and its shopper should pay in another way.
 * Any other operation stays open until the credentials are right again: an earlier call may have moved money, and captures and refunds
 * are wanted later too.
 */
function finalOf({ attempt, payment }: StartedAttempt, outcome: Outcome): Outcome {
  const isOnlyCall = attempt.kind === 'authorize' && attempt.sends === 1;
  if (!isOnlyCall || outcome.state !== 'not_sent' || !isRefusedCredentials(outcome)) return outcome;
  const decline = { code: PROVIDER_UNAVAILABLE, retryable: true };
  const event = { ...abandonedEvent(attempt, payment, new Date(steadyNow())), decline };
  return { ...(outcome.reference && { reference: outcome.reference }), state: 'completed', events: [event] };
}

/** The operation with the payment's instructions. */
function operationOf({ id, paymentId, kind, amount }: Attempt, payment: Payment): ProviderAttempt {
  return { ...payment, id, paymentId, kind, amount };
}

/** Returns the outcome of the call, or `unknown` if the call takes longer than the limit. */
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
