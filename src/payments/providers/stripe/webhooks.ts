import type { Stripe } from 'stripe';
import { type ProviderNotification, type ProviderWebhooks, type WebhookMessage } from '../provider.js';
import { WebhookRefused, WebhookUnreadable } from '../webhook.errors.js';
import { disputeNoticesOf, isMarked, noticesOf, refundNoticesOf } from './notifications.js';

const TOLERANCE_SECONDS = 300;

/** Verifies Stripe's signatures (https://docs.stripe.com/webhooks/signature) with its SDK and any of these secrets. */
export function webhooksOf({ webhooks }: Stripe, secrets: readonly string[]): ProviderWebhooks {
  const fits = (raw: Buffer, header: string, secret: string, now: Date) => {
    try {
      webhooks.constructEvent(raw, header, secret, TOLERANCE_SECONDS, undefined, now.getTime());
      return true;
    } catch {
      return false;
    }
  };
  return {
    verify(raw, headers, now) {
      const header = headers['stripe-signature'];
      if (!header) throw new WebhookRefused('it has no Stripe-Signature');
      if (!secrets.some((secret) => fits(raw, header, secret, now)))
        throw new WebhookRefused('its signature fits none of the secrets in use, or is too old');
    },
    parse: (raw) => messageOf(eventOf(raw)),
  };
}

function eventOf(raw: Buffer): Stripe.Event {
  try {
    const event = JSON.parse(raw.toString('utf8')) as Stripe.Event;
    if (event.object !== 'event' || typeof event.id !== 'string' || typeof event.data?.object !== 'object')
      throw new TypeError('no event');
    return event;
  } catch (error) {
    throw new WebhookUnreadable('it is no event of Stripe', { cause: error });
  }
}

/** Reads the state of the object in an event, so that the order of arrival does not matter. */
function messageOf({ id, type, created, data }: Stripe.Event): WebhookMessage {
  return { id, type, notifications: noticesAbout(data.object as { object?: string }, new Date(created * 1000)) };
}

function noticesAbout(subject: { readonly object?: string }, at: Date): readonly ProviderNotification[] {
  switch (subject.object) {
    case 'payment_intent':
      return isMarked(subject as Stripe.PaymentIntent) ? noticesOf(subject as Stripe.PaymentIntent, at) : [];
    case 'refund':
      return refundNoticesOf(subject as Stripe.Refund, at);
    case 'charge':
      // Since 2022-11-15 a charge contains no refunds: they have separate events.
      return ((subject as Stripe.Charge).refunds?.data ?? []).flatMap((refund) => refundNoticesOf(refund, at));
    case 'dispute':
      return disputeNoticesOf(subject as Stripe.Dispute, at);
    default:
      return [];
  }
}
