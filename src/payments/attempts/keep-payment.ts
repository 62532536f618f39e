import { keepAnswer } from '../../platform/idempotency/index.js';
import type { OnRecorded } from './payment-locks.js';

/**
 * Keeps a payment as the response to the request being served. A repeat gets the same payment, or its present state while this
 * operation's outcome is still to come: what other operations do meanwhile changes no kept response.
 */
export const keepPayment: OnRecorded = (payment, { isOpen }) => keepAnswer(payment, isOpen);

/** The same for a capture or a void: one that was refused created nothing, so its request gets a refusal instead of a payment. */
export const keepChangedPayment: OnRecorded = (payment, recorded) =>
  recorded.isRefused ? undefined : keepPayment(payment, recorded);
