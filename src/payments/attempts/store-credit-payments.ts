import { Injectable } from '@nestjs/common';
import { ValidationFailed } from '../../shared/errors.js';
import { InsufficientStoreCredit, StoreCreditTooLarge } from '../../ledger/index.js';
import type { OrderHeader } from '../../orders/index.js';
import { type RequestedInstructions, STORE_CREDIT } from '../domain/payment.js';
import type { ProviderEvent } from '../domain/payment-reducer.js';
import type { LockedRows } from './payment-locks.js';
import { PaymentPostings } from './payment-postings.js';

const declines = { code: 'insufficient_store_credit', retryable: true } as const;

/** An operation with store credit: the resulting event, and the order with what is booked of its taxes. */
export interface CarriedOut {
  readonly event: ProviderEvent;
  readonly order: OrderHeader;
}

/** Moves store credit for payments. */
@Injectable()
export class StoreCreditPayments {
  constructor(private readonly postings: PaymentPostings) {}

  /**
   * Executes an attempt in the running transaction, in which order, payment and attempt are locked. The lock of the balance, which is
   * taken last, decides whether there is enough credit.
   */
  async carryOut({ order, payment, attempt }: LockedRows, now: Date): Promise<CarriedOut> {
    const { id, kind, amount } = attempt;
    const providerEventId = `${STORE_CREDIT}_${id}`;
    const event = { providerEventId, attemptId: id, amount, currency: payment.currency, occurredAt: now };
    try {
      const booked = await this.postings.storeCredit(order, payment, attempt);
      return { order: booked, event: { ...event, type: kind === 'refund' ? 'refunded' : 'captured' } };
    } catch (error) {
      if (error instanceof InsufficientStoreCredit)
        return { order, event: { ...event, type: 'declined', decline: declines } };
      if (error instanceof StoreCreditTooLarge) return { order, event: { ...event, type: 'refund_failed' } };
      throw error;
    }
  }
}

const wrong = (pointer: string, message: string) => [{ pointer, code: 'not_supported', message }];

type Terms = Pick<RequestedInstructions, 'paymentMethod' | 'capture' | 'statementDescriptor'>;

/** @throws ValidationFailed for what store credit can't do: manual capture, another payment method, a statement descriptor */
export function assertStoreCreditTerms({ paymentMethod, capture, statementDescriptor }: Terms): void {
  const violations = [
    ...(capture === 'automatic'
      ? []
      : wrong('/capture', 'must be automatic: store credit is taken at once, and given back by a refund')),
    ...(paymentMethod === STORE_CREDIT ? [] : wrong('/paymentMethod', `must be ${STORE_CREDIT} with this provider`)),
    ...(statementDescriptor === undefined
      ? []
      : wrong('/statementDescriptor', 'must be absent: store credit stands on no statement')),
  ];
  if (violations.length > 0) throw new ValidationFailed(violations);
}
