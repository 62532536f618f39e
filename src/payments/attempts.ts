import { Injectable } from '@nestjs/common';
import { newId, type PaymentId, type RefundId } from '../shared/ids.js';
import { assertSameRequest, currentIdempotentRequest, IdempotencyKeyInUse } from '../platform/idempotency/index.js';
import type { OrderHeader } from '../orders/index.js';
import { AttemptsRepository, type ProviderGroup } from './attempts.repository.js';
import { ABANDONED_AFTER_MS } from './domain/check-schedule.js';
import type { Attempt, AttemptKind, Payment } from './domain/payment.js';
import { PaymentsRepository } from './payments.repository.js';
import type { PaymentProvider } from './providers/provider.js';
import { Providers } from './providers/providers.js';
import { type Recorded, type Started } from './payment-locks.js';
import { Settlement } from './settlement.js';
import { STORE_CREDIT } from './store-credit-payments.js';

/** So many calls of one provider at a time. */
const AT_ONCE = 5;

/** What a provider is to be asked for. */
export interface AttemptPlan {
  readonly kind: AttemptKind;
  /** Minor units. */
  readonly amount: number;
  /** The refund that this carries out, where it is one. */
  readonly refundId: RefundId | null;
}

/** Operations at providers: each has its row before the call, so that none is ever lost or made twice. */
@Injectable()
export class Attempts {
  constructor(
    private readonly repository: AttemptsRepository,
    private readonly payments: PaymentsRepository,
    private readonly providers: Providers,
    private readonly settlement: Settlement,
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
  start(payment: Payment, { kind, amount, refundId }: AttemptPlan): Started {
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
  async earlier(): Promise<Started | undefined> {
    const request = currentIdempotentRequest();
    const attempt = await this.repository.findByRequest(request);
    if (!request || !attempt) return undefined;
    if (attempt.fingerprint) assertSameRequest(request, attempt.fingerprint);
    const payment = (await this.payments.find(attempt.paymentId))!;
    if (attempt.state === 'started' && attempt.ageMs < (this.providers.find(payment.provider)?.timeoutMs ?? 0))
      throw new IdempotencyKeyInUse();
    return { attempt, payment };
  }

  /**
   * Has the running transaction, in which the order is locked, run again unless this is the first attempt to pay the order, its
   * customer has no other payment that was declined or is under way, and it is the first run of its request.
   */
  assertFirst(order: Pick<OrderHeader, 'id' | 'customerId'>): void {
    this.repository.assertFirst(order, currentIdempotentRequest());
  }

  /** Calls the provider and records its answer, unless that has been done; answers the payment after it. */
  async finish(started: Started, recorded?: Recorded): Promise<Payment> {
    return started.attempt.state === 'started' ? this.settlement.settle(started, recorded) : started.payment;
  }

  /**
   * Looks into the attempts whose time has come, a dead process's among them: each provider's beside the others', so that one
   * that hangs or fails keeps none waiting. The errors of single ones go to `failed`; those are looked into again later.
   */
  async resolveDue(limit: number, failed: (attempt: Attempt, error: unknown) => void): Promise<void> {
    const names = [...this.providers.all().map(({ name }) => name), STORE_CREDIT];
    const groups = [...names.map((name) => ({ providers: [name], except: false })), { providers: names, except: true }];
    await allOver(groups.map((group) => this.resolveGroup(group, limit, failed)));
  }

  private async resolveGroup(
    group: ProviderGroup,
    limit: number,
    failed: (attempt: Attempt, error: unknown) => void,
  ): Promise<void> {
    for (;;) {
      const attempts = await this.repository.claim(group, limit);
      await inTurns(attempts, AT_ONCE, (attempt) => this.resolve(attempt, failed));
      if (attempts.length < limit) return;
    }
  }

  private async resolve(attempt: Attempt, failed: (attempt: Attempt, error: unknown) => void): Promise<void> {
    try {
      await this.settlement.resolve(attempt, await this.paymentOf(attempt.paymentId));
    } catch (error) {
      failed(attempt, error);
      await this.repository.backOff(attempt).catch((again: unknown) => failed(attempt, again));
    }
  }

  /** How many outcomes are not known, by how long ago the operation began. */
  openByAge(): Promise<{ age: string; attempts: number }[]> {
    return this.repository.openByAge();
  }
}

/** Waits for all, also when one fails: a round is over when nothing of it goes on. @throws the first error */
async function allOver(work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Calls `work` for all items, so many at a time. */
async function inTurns<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  const turn = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, turn));
}
