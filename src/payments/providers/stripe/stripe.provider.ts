import { Stripe } from 'stripe';
import { encodeId } from '../../../shared/ids.js';
import type { ProviderEvent, ProviderEventType } from '../../domain/payment-reducer.js';
import type { Outcome, PaymentProvider, ProviderAttempt, ProviderWebhooks, Statement } from '../provider.js';
import { toStripe, whyNotAtStripe } from './amounts.js';
import { createClient, during, meaningOf } from './client.js';
import type { StripeSettings } from './stripe.settings.js';
import { declineOf } from './declines.js';
import { Intents } from './intents.js';
import { eventsOf, isMarked, markOf, marksOf, noticesOf, refundNoticesOf } from './notifications.js';
import { instructionsOf } from './instructions.js';
import { settlementsOf } from './settlements.js';
import { webhooksOf } from './webhooks.js';

/**
 * Stripe's payment intents, with its SDK. Every request has the attempt's id as its idempotency key, and every object has the ids of
 * payment and attempt in its metadata. An authorization takes one capture, and Stripe releases the rest: several captures need an
 * agreement with Stripe (multicapture).
 */
export class StripeProvider implements PaymentProvider {
  readonly name = 'stripe';
  readonly timeoutMs = 10_000;
  readonly capabilities = {
    captures: 'one',
    partialRefunds: true,
    partialVoids: false,
    statementDescriptors: true,
    authorizationDays: 7,
    openOutcomeSeconds: { requires_action: 3600, pending: 14 * 86_400 },
  } as const;
  readonly webhooks?: ProviderWebhooks;
  private readonly stripe: Stripe;
  private readonly intents: Intents;

  constructor(settings: StripeSettings) {
    this.stripe = createClient(settings, this.timeoutMs);
    this.intents = new Intents(this.stripe, settings.returnUrl);
    if (settings.webhookSecrets.length > 0) this.webhooks = webhooksOf(this.stripe, settings.webhookSecrets);
  }

  send(attempt: ProviderAttempt, signal: AbortSignal): Promise<Outcome> {
    const why = whyNotAtStripe(attempt.amount, attempt.currency);
    if (why) return Promise.resolve(refused(attempt, { code: why }));
    return answer(
      signal,
      () => this[attempt.kind](attempt),
      (refusal) => refused(attempt, refusal),
    );
  }

  getStatus(attempt: ProviderAttempt, signal: AbortSignal): Promise<Outcome> {
    if (whyNotAtStripe(attempt.amount, attempt.currency)) return this.send(attempt, signal);
    return ask(signal, () => this.find(attempt));
  }

  cancelWaiting(attempt: ProviderAttempt, signal: AbortSignal): Promise<Outcome> {
    return ask(signal, () => this.abandon(attempt));
  }

  /** Reads the intent first: what holds or has taken money meanwhile is returned like any other payment. */
  private async abandon(attempt: ProviderAttempt): Promise<Outcome> {
    const { reference } = attempt;
    const intent = reference === null ? null : await this.intents.retrieve(reference);
    if (!intent || !waiting.includes(intent.status)) return this.find(attempt);
    return this.outcome(attempt, intent.id, () => this.intents.abandon(intent.id));
  }

  listSettlements(range: { readonly from: Date; readonly to: Date }, signal: AbortSignal): Promise<Statement> {
    return during(signal, () => settlementsOf(this.stripe, range));
  }

  /** Another system on the account writes no metadata of Till. */
  isOurs(reference: string, signal: AbortSignal): Promise<boolean> {
    return during(signal, async () => isMarked(await this.intents.retrieve(reference)));
  }

  private async authorize(attempt: ProviderAttempt): Promise<Outcome> {
    const { id } = await this.intents.create(attempt);
    return this.outcome(attempt, id, () => this.offered(attempt, this.intents.confirm(id, attempt)));
  }

  /** Cancels an intent whose method needs an action that Till can't hand on to the shopper, who would wait for nothing. */
  private async offered(
    attempt: ProviderAttempt,
    confirmed: Promise<Stripe.PaymentIntent>,
  ): Promise<Stripe.PaymentIntent> {
    const intent = await confirmed;
    const isStuck = intent.status === 'requires_action' && openOutcome(intent).state === 'pending';
    return isStuck ? this.intents.giveUp(attempt, intent.id) : intent;
  }

  private capture(attempt: ProviderAttempt): Promise<Outcome> {
    return this.outcome(attempt, attempt.reference!, () => this.intents.capture(attempt));
  }

  private async void(attempt: ProviderAttempt): Promise<Outcome> {
    const intent = await this.intents.retrieve(attempt.reference!);
    if (!isAllThatIsLeft(attempt, intent)) return refused(attempt, {});
    return this.outcome(attempt, intent.id, async () => {
      const claimed = await this.intents.claimVoid(attempt);
      return intent.status === 'succeeded' ? claimed : this.intents.cancel(attempt);
    });
  }

  /**
   * The intent decides about a refusal: the refusal may come from a repeat whose first run Stripe no longer remembers. A declined card
   * leaves the reason on the intent, and webhooks report it with the same id.
   */
  private async outcome(
    attempt: ProviderAttempt,
    reference: string,
    work: () => Promise<Stripe.PaymentIntent>,
  ): Promise<Outcome> {
    try {
      return outcomeOf(await work(), attempt);
    } catch (error) {
      const meaning = meaningOf(error);
      if (!(meaning instanceof Stripe.errors.StripeError)) return { reference, ...meaning };
      const outcome = outcomeOf(await this.intents.retrieve(reference), attempt);
      return outcome.state === 'not_sent' ? { reference, ...refused(attempt, meaning) } : outcome;
    }
  }

  private async refund(attempt: ProviderAttempt): Promise<Outcome> {
    const { id, amount, currency, reference } = attempt;
    const { till_payment, till_attempt } = marksOf(attempt);
    const refund = await this.stripe.refunds.create(
      {
        payment_intent: reference!,
        amount: toStripe(amount, currency),
        metadata: { till_payment: till_payment!, till_attempt: till_attempt! },
      },
      { idempotencyKey: id },
    );
    return refundOutcome(refund, attempt);
  }

  private async find(attempt: ProviderAttempt): Promise<Outcome> {
    const { id, kind, reference } = attempt;
    if (kind !== 'refund') {
      const found = await (reference ? this.intents.retrieve(reference) : this.intents.lost(attempt));
      const intent = found && kind === 'authorize' ? await this.offered(attempt, Promise.resolve(found)) : found;
      return intent ? outcomeOf(intent, attempt) : { state: 'not_sent' };
    }
    for await (const refund of this.stripe.refunds.list({ payment_intent: reference!, limit: 100 })) {
      if (markOf(refund.metadata, 'till_attempt') === id) return refundOutcome(refund, attempt);
    }
    return { state: 'not_sent' };
  }
}

/** Statuses of an intent that no bank has decided. */
const waiting: readonly string[] = ['requires_action', 'requires_confirmation', 'requires_payment_method'];

/** A request about an earlier operation that is refused or not sent says nothing about it: the key may be revoked, or of another account. */
async function ask(signal: AbortSignal, work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await during(signal, work);
  } catch (error) {
    const meaning = meaningOf(error);
    return 'trouble' in meaning ? { state: 'unknown', trouble: meaning.trouble! } : { state: 'unknown' };
  }
}

/** Turns Stripe's errors into outcomes. The errors themselves contain whole objects, so they never leave the provider. */
async function answer(
  signal: AbortSignal,
  work: () => Promise<Outcome>,
  whenRefused: (refusal: Stripe.errors.StripeError) => Outcome,
): Promise<Outcome> {
  try {
    return await during(signal, work);
  } catch (error) {
    const meaning = meaningOf(error);
    return meaning instanceof Stripe.errors.StripeError ? whenRefused(meaning) : meaning;
  }
}

/** Stripe cancels the whole intent or nothing; after a capture, the rest is released already. */
function isAllThatIsLeft({ amount, currency }: ProviderAttempt, intent: Stripe.PaymentIntent): boolean {
  return toStripe(amount, currency) === intent.amount - intent.amount_received;
}

/** Returns the outcome of an operation from the state of its intent. */
function outcomeOf(intent: Stripe.PaymentIntent, attempt: ProviderAttempt): Outcome {
  const { id: reference, status } = intent;
  const events = eventsOf(noticesOf(intent, new Date()), attempt).filter((event) => answers(event.type, attempt));
  if (events.length > 0) return { reference, state: 'completed', events };
  if (attempt.kind === 'authorize') return { reference, ...openOutcome(intent) };
  return status === 'succeeded' || status === 'canceled' ? refused(attempt, { code: status }) : { state: 'not_sent' };
}

/** An authorization with a later capture only reports that it holds the money, whatever happened after it. */
function answers(type: ProviderEventType, { kind, capture }: ProviderAttempt): boolean {
  if (kind === 'capture') return type === 'captured';
  if (kind === 'void') return type === 'voided';
  return type === 'declined' || type === (capture === 'automatic' ? 'captured' : 'authorized');
}

function openOutcome({ status, next_action: action }: Stripe.PaymentIntent): Outcome {
  const url = action?.redirect_to_url?.url;
  if (status === 'requires_action' && url) return { state: 'requires_action', url };
  const display = action && instructionsOf(action);
  if (status === 'requires_action' && display) return { state: 'requires_action', display };
  // Created but not confirmed: no bank was asked.
  const untouched = status === 'requires_confirmation' || status === 'requires_payment_method';
  return { state: untouched ? 'not_sent' : 'pending' };
}

function refundOutcome(refund: Stripe.Refund, attempt: ProviderAttempt): Outcome {
  const events = eventsOf(refundNoticesOf(refund, new Date()), attempt);
  return events.length > 0 ? { state: 'completed', events } : { state: 'pending' };
}

const refusals = {
  authorize: 'declined',
  capture: 'capture_failed',
  void: 'void_failed',
  refund: 'refund_failed',
} as const;

/** An event for a call that Stripe refused before it created anything that a webhook could report. */
function refused(attempt: ProviderAttempt, refusal: Parameters<typeof declineOf>[0]): Outcome {
  const { id, kind, amount, currency } = attempt;
  const event: ProviderEvent = {
    providerEventId: `${encodeId('att', id)}:refused`,
    attemptId: id,
    type: refusals[kind],
    amount,
    currency,
    occurredAt: new Date(),
    ...(kind === 'authorize' && { decline: declineOf(refusal) }),
  };
  return { state: 'completed', events: [event] };
}
