import { Stripe } from 'stripe';
import { encodeId } from '../../../shared/ids.js';
import { steadyNow } from '../../../shared/steady-time.js';
import type { ProviderAttempt } from '../provider.js';
import { toStripe } from './amounts.js';
import { marksOf } from './notifications.js';

/** Stripe keeps idempotency keys for at least 24 h (https://docs.stripe.com/api/idempotent_requests); this is a bit less. */
const KEY_LIVES_MS = 23 * 3600 * 1000;

/** Calls for payment intents; the attempt gives each its idempotency key. */
export class Intents {
  constructor(
    private readonly stripe: Stripe,
    private readonly returnUrl: string,
  ) {}

  /**
   * Creates an intent without confirming it: no bank is asked and no money moves. So a repeat is a safe way to find the intent's id if
   * the first response was lost.
   */
  create(attempt: ProviderAttempt): Promise<Stripe.PaymentIntent> {
    const { id, amount, currency, capture, paymentMethod, statementDescriptor } = attempt;
    return this.stripe.paymentIntents.create(
      {
        amount: toStripe(amount, currency),
        currency: currency.toLowerCase(),
        capture_method: capture,
        payment_method: paymentMethod,
        automatic_payment_methods: { enabled: true },
        // For cards, the part after the account's prefix: https://docs.stripe.com/get-started/account/statement-descriptors#dynamic
        ...(statementDescriptor !== null && { statement_descriptor_suffix: statementDescriptor }),
        metadata: marksOf(attempt) as Stripe.MetadataParam,
      },
      { idempotencyKey: id },
    );
  }

  /** Charges or holds the money. */
  confirm(intent: string, { id, paymentId }: ProviderAttempt): Promise<Stripe.PaymentIntent> {
    const url = new URL(this.returnUrl);
    url.searchParams.set('payment', encodeId('pay', paymentId));
    return this.stripe.paymentIntents.confirm(intent, { return_url: url.href }, { idempotencyKey: `${id}:confirm` });
  }

  capture({ id, amount, currency, reference }: ProviderAttempt): Promise<Stripe.PaymentIntent> {
    return this.stripe.paymentIntents.capture(
      reference!,
      { amount_to_capture: toStripe(amount, currency), metadata: { till_capture: encodeId('att', id) } },
      { idempotencyKey: id },
    );
  }

  /** Writes to the intent which attempt is about to cancel it, because the cancel call accepts no metadata. */
  claimVoid({ id, reference }: ProviderAttempt): Promise<Stripe.PaymentIntent> {
    return this.stripe.paymentIntents.update(
      reference!,
      { metadata: { till_void: encodeId('att', id) } },
      { idempotencyKey: `${id}:claim` },
    );
  }

  cancel({ id, reference }: ProviderAttempt): Promise<Stripe.PaymentIntent> {
    return this.stripe.paymentIntents.cancel(reference!, {}, { idempotencyKey: id });
  }

  /** Cancels an intent that its shopper could not finish. */
  giveUp({ id }: ProviderAttempt, intent: string): Promise<Stripe.PaymentIntent> {
    return this.stripe.paymentIntents.cancel(intent, {}, { idempotencyKey: `${id}:give-up` });
  }

  /** Cancels an intent that nobody needs. Without a key: each call cancels what it finds, and an earlier refusal must not be repeated. */
  abandon(reference: string): Promise<Stripe.PaymentIntent> {
    return this.stripe.paymentIntents.cancel(reference, { cancellation_reason: 'abandoned' });
  }

  retrieve(reference: string): Promise<Stripe.PaymentIntent> {
    return this.stripe.paymentIntents.retrieve(reference);
  }

  /**
   * Finds the intent of an authorization whose response was lost; undefined if there is none. While Stripe remembers the key, creating
   * it again returns the same intent. Later that would make a second intent; by then the search, which lags by minutes, is up to date.
   */
  async lost(attempt: ProviderAttempt): Promise<Stripe.PaymentIntent | undefined> {
    if (steadyNow() - madeAt(attempt.id) < KEY_LIVES_MS) {
      const created = await this.create(attempt).catch(undefinedIfRefused);
      return created && this.retrieve(created.id);
    }
    const query = `metadata['till_attempt']:'${encodeId('att', attempt.id)}'`;
    return (await this.stripe.paymentIntents.search({ query, limit: 1 })).data[0];
  }
}

/** Returns the age of an id in milliseconds: a UUIDv7 contains its time of creation. */
function madeAt(id: string): number {
  return Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
}

function undefinedIfRefused(error: unknown): undefined {
  if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
}
