import { Injectable } from '@nestjs/common';
import { assertSameRequest, currentIdempotentRequest, IdempotencyKeyInUse } from '../../platform/idempotency/index.js';
import { AttemptsRepository } from './attempts.repository.js';
import { ABANDONED_AFTER_MS } from '../domain/check-schedule.js';
import { isRefused, type Payment } from '../domain/payment.js';
import { OperationRefused } from '../domain/payment.errors.js';
import { keepChangedPayment } from './keep-payment.js';
import { type AttemptRequest, newAttempt } from './new-attempt.js';
import { PaymentsRepository } from './payments.repository.js';
import { Providers } from '../providers/provider-registry.js';
import { type OnRecorded, type StartedAttempt } from './payment-locks.js';
import { AttemptRunner } from './attempt-runner.js';
import { STORE_CREDIT } from '../domain/payment.js';

/** Starts operations at providers: each has its row before the call, so that none is lost or executed twice. */
@Injectable()
export class AttemptStarter {
  constructor(
    private readonly repository: AttemptsRepository,
    private readonly payments: PaymentsRepository,
    private readonly providers: Providers,
    private readonly runner: AttemptRunner,
  ) {}

  /** Call it before the operation is written. @throws ProviderNotConfigured */
  assertCanCall(payment: Payment): void {
    if (payment.provider !== STORE_CREDIT) this.providers.of(payment);
  }

  /** Writes a new attempt in the running transaction, with the idempotency key of the current request. */
  start(payment: Payment, request: AttemptRequest): StartedAttempt {
    const attempt = newAttempt(payment, request, 1);
    this.repository.insert(attempt, currentIdempotentRequest(), ABANDONED_AFTER_MS);
    return { attempt, payment };
  }

  /**
   * Returns the attempt that an earlier run of the same request started, if there is one.
   * @throws IdempotencyKeyReused if the key was used for another request
   * @throws IdempotencyKeyInUse if that run may still be waiting for the provider
   * @throws AnsweredBefore if that run was answered
   */
  async findPreviousRun(): Promise<StartedAttempt | undefined> {
    const request = currentIdempotentRequest();
    const attempt = await this.repository.findByRequest(request);
    if (!request || !attempt) return undefined;
    if (attempt.requestFingerprint) assertSameRequest(request, attempt.requestFingerprint);
    const payment = (await this.payments.find(attempt.paymentId))!;
    if (attempt.state === 'started' && attempt.ageMs < (this.providers.find(payment.provider)?.timeoutMs ?? 0))
      throw new IdempotencyKeyInUse();
    return { attempt, payment, isResumed: true };
  }

  /** Calls the provider and records the outcome, unless that is done already. Returns the payment after it. */
  async finish(started: StartedAttempt, recorded?: OnRecorded): Promise<Payment> {
    const { attempt, payment, isResumed } = started;
    if (attempt.state !== 'started') return payment;
    if (!isResumed) return this.runner.settle(started, recorded);
    return (await this.runner.resume(started, recorded)) ?? (await this.payments.find(payment.id))!;
  }

  /** The same for a capture or a void. @throws OperationRefused if the provider refused it, or it never reached the provider */
  async finishModification(started: StartedAttempt): Promise<Payment> {
    const payment = await this.finish(started, keepChangedPayment);
    const { id, kind, amount } = started.attempt;
    if (isRefused({ state: await this.repository.stateOf(id) })) throw new OperationRefused(kind, amount);
    return payment;
  }
}
