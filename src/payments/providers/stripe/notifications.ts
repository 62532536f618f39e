import type { Stripe } from 'stripe';
import { type AttemptId, decodeId, encodeId } from '../../../shared/ids.js';
import type { ProviderEvent } from '../../domain/payment-reducer.js';
import type { ProviderAttempt, ProviderNotification } from '../provider.js';
import { fromStripe } from './amounts.js';
import { declineOf } from './declines.js';

/**
 * Metadata with the attempts of Till. `till_capture` is the authorization itself if it captures in the same step; otherwise the capture
 * writes it, as the void writes `till_void`.
 */
export type Mark = 'till_payment' | 'till_attempt' | 'till_capture' | 'till_void';

export function marksOf({ id, paymentId, capture }: ProviderAttempt): Partial<Record<Mark, string>> {
  const attempt = encodeId('att', id);
  const payment = encodeId('pay', paymentId);
  return { till_payment: payment, till_attempt: attempt, ...(capture === 'automatic' && { till_capture: attempt }) };
}

export function markOf(metadata: Stripe.Metadata | null, mark: Mark): AttemptId | null {
  return decodeId('att', metadata?.[mark] ?? '') ?? null;
}

/** Whether Till made the payment: others may use the account too. */
export function isMarked({ metadata }: Pick<Stripe.PaymentIntent, 'metadata'>): boolean {
  return metadata?.['till_payment'] !== undefined;
}

/** Returns the id of an object that may be expanded. */
export function idOf(object: string | { readonly id: string } | null): string | null {
  return typeof object === 'string' ? object : (object?.id ?? null);
}

/**
 * Returns all events that follow from the state of a payment intent. The same state always gives the same event ids, regardless of
 * the caller and the order of reads.
 */
export function noticesOf(intent: Stripe.PaymentIntent, at: Date): ProviderNotification[] {
  const { id: reference, status, metadata, capture_method: method } = intent;
  const authorization = markOf(metadata, 'till_attempt');
  const notification = noticeOn(reference, intent.currency, at);
  const manual = method === 'manual';
  const authorized = notification(`${reference}:authorized`, authorization, 'authorized', intent.amount);
  if (status === 'requires_capture') return [authorized];
  if (status === 'succeeded') {
    const captured = notification(
      `${reference}:captured`,
      markOf(metadata, 'till_capture'),
      'captured',
      intent.amount_received,
    );
    return manual ? [authorized, captured, ...released(intent, notification)] : [captured];
  }
  if (status === 'canceled') {
    if (manual && intent.latest_charge && !intent.last_payment_error)
      return [authorized, givenUp(intent, notification)];
    return [ended(intent, notification), ...(markOf(metadata, 'till_void') ? [givenUp(intent, notification)] : [])];
  }
  return status === 'requires_payment_method' && intent.last_payment_error ? [ended(intent, notification)] : [];
}

type NoticeMaker = ReturnType<typeof noticeOn>;

/** Stripe releases the part of an authorization that a capture leaves. */
function released({ id, amount, amount_received: taken, metadata }: Stripe.PaymentIntent, notification: NoticeMaker) {
  if (taken >= amount) return [];
  const by = markOf(metadata, 'till_void');
  return [notification(`${id}:released`, by, by ? 'voided' : 'expired', amount - taken)];
}

/** Cancelled by Till, by somebody in Stripe's dashboard, or because the authorization expired. */
function givenUp(
  { id, amount, metadata, cancellation_reason: reason }: Stripe.PaymentIntent,
  notification: NoticeMaker,
) {
  const by = markOf(metadata, 'till_void');
  const expired = !by && (reason === 'automatic' || reason === 'expired');
  return notification(`${id}:canceled`, by, expired ? 'expired' : 'voided', amount);
}

/** The intent ended without an authorization. */
function ended({ id, amount, metadata, last_payment_error: refusal }: Stripe.PaymentIntent, notification: NoticeMaker) {
  const decline = refusal ? declineOf(refusal) : { code: 'cancelled', retryable: true };
  return { ...notification(`${id}:declined`, markOf(metadata, 'till_attempt'), 'declined', amount), decline };
}

/**
 * Returns the events of a refund, made by Till or in the dashboard; none while it is in progress. A refund that has a balance transaction
 * moved money, which comes back if the refund fails (https://docs.stripe.com/refunds#failed-refunds).
 */
export function refundNoticesOf(refund: Stripe.Refund, at: Date): ProviderNotification[] {
  const notification = noticeOn(idOf(refund.payment_intent), refund.currency, at);
  const by = markOf(refund.metadata, 'till_attempt');
  const refunded = notification(`${refund.id}:refunded`, by, 'refunded', refund.amount);
  if (refund.status === 'succeeded') return [refunded];
  if (refund.status !== 'failed' && refund.status !== 'canceled') return [];
  const failed = (type: 'refund_failed' | 'refund_reversed') =>
    notification(`${refund.id}:failed`, by, type, refund.amount);
  if (!refund.balance_transaction) return [failed('refund_failed')];
  const reversed = failed('refund_reversed');
  return by ? [reversed] : [refunded, { ...reversed, undoes: refunded.providerEventId }];
}

/**
 * Returns the events of a dispute. An inquiry (`warning_...`) and a prevented dispute move no money. A decision may be turned around, and turned
 * back, so its event has its time.
 */
export function disputeNoticesOf(dispute: Stripe.Dispute, at: Date): ProviderNotification[] {
  const { id, status, amount } = dispute;
  if (status.startsWith('warning_') || status === 'prevented') return [];
  const notification = noticeOn(idOf(dispute.payment_intent), dispute.currency, at);
  const about = (suffix: string, type: ProviderNotification['type']) => ({
    ...notification(`${id}:${suffix}`, null, type, amount),
    dispute: id,
  });
  const opened = about('opened', 'dispute_opened');
  const seconds = at.getTime() / 1000;
  if (status === 'won') return [opened, about(`won:${seconds}`, 'dispute_won')];
  return status === 'lost' ? [opened, about(`lost:${seconds}`, 'dispute_lost')] : [opened];
}

function noticeOn(reference: string | null, currency: string, occurredAt: Date) {
  return (
    providerEventId: string,
    attemptId: AttemptId | null,
    type: ProviderNotification['type'],
    amount: number,
  ): ProviderNotification => ({
    providerEventId,
    attemptId,
    reference,
    type,
    ...fromStripe(amount, currency),
    occurredAt,
  });
}

/** Returns the notifications that belong to this operation. */
export function eventsOf(notifications: readonly ProviderNotification[], { id }: ProviderAttempt): ProviderEvent[] {
  return notifications.filter(
    (notification): notification is ProviderNotification & ProviderEvent => notification.attemptId === id,
  );
}
