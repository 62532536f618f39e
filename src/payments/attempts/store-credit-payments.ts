import { Injectable } from '@nestjs/common';
import { ValidationFailed } from '../../shared/errors.js';
import {
  creditRefundPosting,
  creditSpentPosting,
  InsufficientStoreCredit,
  LedgerService,
  StoreCreditTooLarge,
} from '../../ledger/index.js';
import { type Attempt, type Payment, type RequestedInstructions, STORE_CREDIT } from '../domain/payment.js';
import type { ProviderEvent } from '../domain/payment-reducer.js';

const declines = { code: 'insufficient_store_credit', retryable: true } as const;

/** Moves store credit for payments. */
@Injectable()
export class StoreCreditPayments {
  constructor(private readonly ledger: LedgerService) {}

  /**
   * Executes an attempt in the running transaction, in which order, payment and attempt are locked. Returns the resulting event.
   * The lock of the balance, which is taken last, decides whether there is enough credit.
   */
  async carryOut(
    { id, orderId, kind, amount }: Attempt,
    { customerId, currency }: Payment,
    now: Date,
  ): Promise<ProviderEvent> {
    const event = { providerEventId: `${STORE_CREDIT}_${id}`, attemptId: id, amount, currency, occurredAt: now };
    const refunds = kind === 'refund';
    const posting = (refunds ? creditRefundPosting : creditSpentPosting)(customerId, amount);
    try {
      await this.ledger.enter({ kind: refunds ? 'refund' : 'capture', referenceId: id, orderId, currency }, [posting]);
      return { ...event, type: refunds ? 'refunded' : 'captured' };
    } catch (error) {
      if (error instanceof InsufficientStoreCredit) return { ...event, type: 'declined', decline: declines };
      if (error instanceof StoreCreditTooLarge) return { ...event, type: 'refund_failed' };
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
