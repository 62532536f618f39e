import type { Stripe } from 'stripe';
import { type ProviderNotification, type ProviderWebhooks, type WebhookMessage } from '../provider.js';
import { WebhookRefused, WebhookUnreadable } from '../webhook.errors.js';
import { during } from './client.js';
import { isSupported, SUPPORTED_VERSIONS } from './versions.js';
import { disputeNoticesOf, isMarked, noticesOf, refundNoticesOf } from './notifications.js';

const TOLERANCE_SECONDS = 300;

/** Verifies Stripe's signatures (https://docs.stripe.com/webhooks/signature) with its SDK and any of these secrets. */
export function webhooksOf(stripe: Stripe, secrets: readonly string[]): ProviderWebhooks {
  const { webhooks } = stripe;
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
    ask: ({ kind, id, occurredAt }, signal) =>
      during(signal, async () => {
        const object = await retrieve(stripe, kind, id);
        return ours(kind as Kind, object) ? noticesAbout(object, occurredAt) : [];
      }),
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

/** The objects that Till reads, and the members that it needs of each. In a webhook of an older version, one may be missing. */
const members = {
  payment_intent: ['amount', 'amount_received', 'capture_method', 'latest_charge', 'last_payment_error', 'status'],
  refund: ['amount', 'metadata', 'payment_intent', 'status'],
  dispute: ['amount', 'payment_intent', 'status'],
  charge: [],
} as const satisfies Record<string, readonly string[]>;
type Kind = keyof typeof members;

/** An object of a webhook. A version may lack any member. */
type Subject = { readonly object?: string; readonly id?: unknown } & Readonly<Record<string, unknown>>;

/** Reads the state of the object in an event, so that the order of arrival does not matter. */
function messageOf({ id, type, created, data, api_version: version }: Stripe.Event): WebhookMessage {
  const subject = data.object as unknown as Subject;
  const occurredAt = new Date(created * 1000);
  const kind = kindOf(subject);
  if (!kind || !ours(kind, subject)) return { id, type, notifications: [] };
  if (typeof version === 'string' && !isSupported(version))
    return { id, type, notifications: [], unsupported: whyNot(version) };
  if (members[kind].every((member) => subject[member] !== undefined))
    return { id, type, notifications: noticesAbout(subject, occurredAt) };
  if (typeof subject.id !== 'string') throw new WebhookUnreadable(`its ${kind} has no id`);
  return { id, type, notifications: [], toAsk: { kind, id: subject.id, occurredAt } };
}

function whyNot(version: string): string {
  return `it is in version ${version} of Stripe's API, and Till reads ${SUPPORTED_VERSIONS}: set another version for the webhook endpoint, then replay it`;
}

function kindOf({ object = '' }: Subject): Kind | undefined {
  return Object.hasOwn(members, object) ? (object as Kind) : undefined;
}

/** Asks Stripe for an object in the version of the client, which has all members. */
async function retrieve(stripe: Stripe, kind: string, id: string): Promise<Subject> {
  const found: { readonly object: string } = await {
    payment_intent: () => stripe.paymentIntents.retrieve(id),
    refund: () => stripe.refunds.retrieve(id),
    dispute: () => stripe.disputes.retrieve(id),
    charge: () => stripe.charges.retrieve(id),
  }[kind as Kind]();
  return found as Subject;
}

function noticesAbout(subject: Subject, at: Date): readonly ProviderNotification[] {
  const object: unknown = subject;
  switch (kindOf(subject)) {
    case 'payment_intent':
      return noticesOf(object as Stripe.PaymentIntent, at);
    case 'refund':
      return refundNoticesOf(object as Stripe.Refund, at);
    case 'charge':
      // Since 2022-11-15 a charge contains no refunds: they have separate events.
      return ((object as Stripe.Charge).refunds?.data ?? []).flatMap((refund) => refundNoticesOf(refund, at));
    case 'dispute':
      return disputeNoticesOf(object as Stripe.Dispute, at);
    case undefined:
      return [];
  }
}

/** Whether the object may belong to Till: others may use the account too, and an intent says whose it is. */
function ours(kind: Kind, { metadata }: Subject): boolean {
  if (kind !== 'payment_intent' || metadata === undefined) return true;
  return isMarked({ metadata: metadata as Stripe.Metadata });
}
