import type { Decline } from '../../domain/payment.js';
import type { ProviderEvent, ProviderEventType } from '../../domain/payment-reducer.js';
import type { Outcome, ProviderAttempt } from '../provider.js';
import type { OperationResult } from './answers.js';

type Operation = OperationResult['Operation'];

/** The events of each operation when approved and when declined. */
const types = {
  AUTHORISE: ['authorized', 'declined'],
  SALE: ['captured', 'declined'],
  CAPTURE: ['captured', 'capture_failed'],
  REVERSE: ['voided', 'void_failed'],
  REFUND: ['refunded', 'refund_failed'],
} as const satisfies Record<Operation, readonly [ProviderEventType, ProviderEventType]>;

/** Decline codes for ISO 8583, field 39. */
const declines: Readonly<Record<string, Decline>> = {
  '14': { code: 'invalid_payment_method', retryable: false },
  '41': { code: 'lost_card', retryable: false },
  '43': { code: 'stolen_card', retryable: false },
  '51': { code: 'insufficient_funds', retryable: true },
  '54': { code: 'expired_card', retryable: false },
  '61': { code: 'limit_exceeded', retryable: true },
  '91': { code: 'issuer_unavailable', retryable: true },
};
const noReason: Decline = { code: 'card_declined', retryable: false };

/** Returns the merchant reference of an attempt. */
export function operationOf({ kind, capture }: ProviderAttempt): Operation {
  if (kind === 'authorize') return capture === 'automatic' ? 'SALE' : 'AUTHORISE';
  return ({ capture: 'CAPTURE', void: 'REVERSE', refund: 'REFUND' } as const)[kind];
}

/** Returns the outcome in a response; `unknown` if the response is about another operation. */
export function outcomeOf(attempt: ProviderAttempt, result: OperationResult): Outcome {
  if (!isAbout(attempt, result)) return { state: 'unknown' };
  const reference = result.GatewayReference;
  if (result.Status === 'PENDING') return { state: 'pending', reference };
  const decline = result.Status === 'DECLINED' ? (declines[result.ReasonCode ?? ''] ?? noReason) : undefined;
  return settled(attempt, `soap_${result.TransactionId}`, result.ProcessedAt, decline, reference);
}

/** The gateway refused the message: it did nothing, and will do nothing. */
export function refusedOutcome(attempt: ProviderAttempt, code: string, now: Date): Outcome {
  return settled(attempt, `soap_refused_${attempt.id}`, now, { code, retryable: false }, undefined);
}

function isAbout(attempt: ProviderAttempt, result: OperationResult): boolean {
  return (
    result.MerchantReference === attempt.id &&
    result.Operation === operationOf(attempt) &&
    result.Amount === attempt.amount &&
    result.Currency === attempt.currency &&
    (attempt.reference === null || result.GatewayReference === attempt.reference)
  );
}

function settled(
  attempt: ProviderAttempt,
  providerEventId: string,
  occurredAt: Date,
  decline: Decline | undefined,
  reference: string | undefined,
): Outcome {
  const { id: attemptId, kind, amount, currency } = attempt;
  const type = types[operationOf(attempt)][decline ? 1 : 0];
  const event: ProviderEvent = {
    providerEventId,
    attemptId,
    type,
    amount,
    currency,
    occurredAt,
    ...(decline && kind === 'authorize' && { decline }),
  };
  return { state: 'completed', events: [event], ...(reference && { reference }) };
}
