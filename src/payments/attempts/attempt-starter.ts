import { Injectable } from '@nestjs/common';
import { newId, type PaymentId, type RefundId } from '../../shared/ids.js';
import { assertSameRequest, currentIdempotentRequest, IdempotencyKeyInUse } from '../../platform/idempotency/index.js';
import { AttemptsRepository } from './attempts.repository.js';
import { ABANDONED_AFTER_MS } from '../domain/check-schedule.js';
import type { Attempt, AttemptKind, Payment } from '../domain/payment.js';
import { PaymentsRepository } from './payments.repository.js';
import type { PaymentProvider } from '../providers/provider.js';
import { Providers } from '../providers/provider-registry.js';
import { type OnRecorded, type StartedAttempt } from './payment-locks.js';
import { AttemptRunner } from './attempt-runner.js';
import { STORE_CREDIT } from '../domain/payment.js';

/** What a provider is to be asked for. */
export interface AttemptRequest {
  readonly kind: AttemptKind;
  /** Minor units. */
  readonly amount: number;
  /** The refund that this carries out, where it is one. */
  readonly refundId: RefundId | null;
}

/** Operations at providers: each has its row before the call, so that none is ever lost or made twice. */
@Injectable()
export class AttemptStarter {
  constructor(
    private readonly repository: AttemptsRepository,
    private readonly payments: PaymentsRepository,
    private readonly providers: Providers,
    private readonly runner: AttemptRunner,
  ) {}

  /** @throws ProviderNotConfigured */
  providerOf(payment: Payment): PaymentProvider {
    return this.providers.of(payment);
  }

  /** Refuses an operation before anything of it is written. @throws ProviderNotConfigured */
  assertCanCall(payment: Payment): void {
    if (payment.provider !== STORE_CREDIT) this.providers.of(payment);
  }

  /** The payment that an attempt belongs to. */
  async paymentOf(id: PaymentId): Promise<Payment> {
    return (await this.payments.find(id))!;
  }

  /** Writes a new attempt with the running transaction, under the key of the request being served. */
  start(payment: Payment, { kind, amount, refundId }: AttemptRequest): StartedAttempt {
    const attempt: Attempt = {
      id: newId<'att'>(),
      paymentId: payment.id,
      orderId: payment.orderId,
      refundId,
      kind,
      amount,
      state: 'started',
      sends: 1,
      checks: 0,
    };
    this.repository.insert(attempt, currentIdempotentRequest(), ABANDONED_AFTER_MS);
    return { attempt, payment };
  }

  /**
   * What an earlier run of the same request started, if there was one.
   * @throws IdempotencyKeyReused when the key stood for another request
   * @throws IdempotencyKeyInUse when that run may still be waiting for the provider
   * @throws AnsweredBefore when that run was answered
   */
  async findPreviousRun(): Promise<StartedAttempt | undefined> {
    const request = currentIdempotentRequest();
    const attempt = await this.repository.findByRequest(request);
    if (!request || !attempt) return undefined;
    if (attempt.fingerprint) assertSameRequest(request, attempt.fingerprint);
    const payment = (await this.payments.find(attempt.paymentId))!;
    if (attempt.state === 'started' && attempt.ageMs < (this.providers.find(payment.provider)?.timeoutMs ?? 0))
      throw new IdempotencyKeyInUse();
    return { attempt, payment };
  }

  /** Calls the provider and records its answer, unless that has been done. Returns the payment after it. */
  async finish(started: StartedAttempt, recorded?: OnRecorded): Promise<Payment> {
    return started.attempt.state === 'started' ? this.runner.settle(started, recorded) : started.payment;
  }
}
