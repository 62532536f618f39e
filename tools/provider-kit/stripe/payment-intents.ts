import type { Behaviour } from './behaviour.js';
import { behaviours } from './cards.js';
import { invalidRequest, missing, StripeFailure } from './failure.js';
import type { Params } from './form.js';
import type { Journal } from './journal.js';
import { type Intent, type KeptIntent, seconds } from './objects.js';
import { chargeOf, intentOf } from './new-objects.js';

/** Who asked, for the event and for the page that the shopper is sent to. */
export interface Request {
  readonly id: string;
  readonly key: string | null;
  readonly baseUrl: string;
}

/** The payment intents of the account (https://docs.stripe.com/payments/paymentintents/lifecycle). */
export class PaymentIntents {
  readonly kept = new Map<string, KeptIntent>();

  constructor(private readonly journal: Journal) {}

  get(id: string): KeptIntent {
    const kept = this.kept.get(id);
    if (kept) return kept;
    throw missing('payment_intent', id, 'intent');
  }

  create(params: Params, request: Request): Intent {
    const amount = params.integer('amount') ?? Number(params.required('amount'));
    const currency = params.required('currency');
    if (amount < 1)
      throw invalidRequest('This value must be greater than or equal to 1.', {
        code: 'parameter_invalid_integer',
        param: 'amount',
      });
    if (amount < 50 && ['eur', 'usd'].includes(currency))
      throw invalidRequest('Amount must be at least 50 cents', { code: 'amount_too_small', param: 'amount' });
    if (amount > 99_999_999)
      throw invalidRequest('Amount must be no more than 999,999.99', { code: 'amount_too_large', param: 'amount' });
    const method = params.required('payment_method');
    const behaviour = behaviours[method];
    if (!behaviour) throw missing('PaymentMethod', method, 'payment_method');
    const intent = intentOf(params, amount, currency);
    this.kept.set(intent.id, { intent, behaviour, charge: null });
    this.tell('payment_intent.created', intent, request);
    return intent;
  }

  update(id: string, params: Params): Intent {
    const { intent } = this.get(id);
    intent.metadata = params.metadata(intent.metadata);
    return intent;
  }

  confirm(id: string, params: Params, request: Request): Intent {
    const kept = this.get(id);
    const { intent, behaviour } = kept;
    const returnUrl = params.text('return_url');
    if (!returnUrl)
      throw invalidRequest(
        'This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`.',
      );
    if (intent.status !== 'requires_confirmation') throw unexpected(intent, 'confirm');
    if (behaviour.kind === 'decline') throw this.decline(kept, behaviour, request);
    if (behaviour.kind === 'process') {
      intent.status = 'processing';
      this.tell('payment_intent.processing', intent, request);
    } else if (behaviour.kind === 'authenticate') {
      intent.status = 'requires_action';
      intent.next_action = {
        type: 'redirect_to_url',
        redirect_to_url: { return_url: returnUrl, url: `${request.baseUrl}/redirect/authenticate/${intent.id}` },
      };
      this.tell('payment_intent.requires_action', intent, request);
    } else if (behaviour.kind === 'instruct') {
      intent.status = 'requires_action';
      intent.next_action = behaviour.action(intent.id, seconds() + 3 * 86_400);
      this.tell('payment_intent.requires_action', intent, request);
    } else this.authorize(kept, request);
    return intent;
  }

  /** The bank approves: the money is held, and taken at once unless the merchant will capture it. */
  authorize(kept: KeptIntent, request: Request): void {
    const { intent } = kept;
    kept.charge ??= chargeOf(intent, 'succeeded');
    Object.assign(kept.charge, { status: 'succeeded', paid: true });
    intent.latest_charge = kept.charge.id;
    intent.next_action = null;
    if (intent.capture_method === 'manual') {
      intent.status = 'requires_capture';
      intent.amount_capturable = intent.amount;
      this.tell('payment_intent.amount_capturable_updated', intent, request);
      this.tell('charge.succeeded', intent, request, kept.charge);
    } else this.take(kept, intent.amount, request);
  }

  capture(id: string, params: Params, request: Request): Intent {
    const kept = this.get(id);
    const { intent } = kept;
    const amount = params.integer('amount_to_capture') ?? intent.amount_capturable;
    if (intent.status !== 'requires_capture') throw unexpected(intent, 'capture');
    if (amount > intent.amount_capturable)
      throw invalidRequest('The amount_to_capture is greater than the amount that can be captured.', {
        code: 'amount_too_large',
        param: 'amount_to_capture',
        payment_intent: { ...intent },
      });
    if (amount < 1)
      throw invalidRequest('This value must be greater than or equal to 1.', {
        code: 'parameter_invalid_integer',
        param: 'amount_to_capture',
      });
    intent.metadata = params.metadata(intent.metadata);
    this.take(kept, amount, request);
    return intent;
  }

  cancel(id: string, reason: string | null, request: Request): Intent {
    const { intent } = this.get(id);
    if (intent.status === 'succeeded' || intent.status === 'canceled') throw unexpected(intent, 'cancel');
    Object.assign(intent, {
      status: 'canceled',
      canceled_at: seconds(),
      cancellation_reason: reason,
      amount_capturable: 0,
      next_action: null,
    });
    this.tell('payment_intent.canceled', intent, request);
    return intent;
  }

  /** A direct debit goes to the bank: the balance has it before the bank decides (https://docs.stripe.com/reports/balance-transaction-types). */
  submitDebit(kept: KeptIntent): void {
    const { intent } = kept;
    const charge = chargeOf(intent, 'pending');
    kept.charge = charge;
    intent.latest_charge = charge.id;
    charge.balance_transaction = this.journal.move('payment', 'charge', intent.amount, intent.currency, charge.id, 15);
  }

  /** The bank refuses a direct debit that went to it. */
  failDebit({ intent, charge }: KeptIntent, request: Request): void {
    Object.assign(charge!, { status: 'failed', paid: false });
    const { amount, currency } = intent;
    this.journal.move('payment_failure_refund', 'charge_failure', -amount, currency, charge!.id, -15);
    intent.status = 'requires_payment_method';
    intent.last_payment_error = { code: 'payment_intent_payment_attempt_failed', message: 'No.', type: 'card_error' };
    this.tell('payment_intent.payment_failed', intent, request);
  }

  /** The shopper failed, or refused, to show who they are. */
  refuseAuthentication({ intent }: KeptIntent, request: Request): void {
    intent.next_action = null;
    intent.status = 'requires_payment_method';
    intent.last_payment_error = {
      code: 'payment_intent_authentication_failure',
      doc_url: 'https://stripe.com/docs/error-codes/payment-intent-authentication-failure',
      message:
        'The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.',
      type: 'invalid_request_error',
    };
    this.tell('payment_intent.payment_failed', intent, request);
  }

  private take(kept: KeptIntent, amount: number, request: Request): void {
    const { intent } = kept;
    const charge = kept.charge!;
    Object.assign(intent, { status: 'succeeded', amount_received: amount, amount_capturable: 0 });
    Object.assign(charge, { captured: true, amount_captured: amount });
    charge.balance_transaction ??= this.journal.move('charge', 'charge', amount, intent.currency, charge.id);
    const manual = intent.capture_method === 'manual';
    this.tell(manual ? 'charge.captured' : 'charge.succeeded', intent, request, charge);
    this.tell('payment_intent.succeeded', intent, request);
  }

  private decline(
    kept: KeptIntent,
    behaviour: Extract<Behaviour, { kind: 'decline' }>,
    request: Request,
  ): StripeFailure {
    const { intent } = kept;
    const { code, declineCode, advice, message } = behaviour;
    kept.charge = chargeOf(intent, 'failed', code);
    const error = {
      ...(advice && { advice_code: advice }),
      charge: kept.charge.id,
      code,
      ...(declineCode && { decline_code: declineCode }),
      doc_url: `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`,
      message,
      type: 'card_error',
    };
    Object.assign(intent, {
      status: 'requires_payment_method',
      latest_charge: kept.charge.id,
      last_payment_error: error,
    });
    this.tell('charge.failed', intent, request, kept.charge);
    this.tell('payment_intent.payment_failed', intent, request);
    return new StripeFailure(402, { ...error, payment_intent: structuredClone(intent) }, true);
  }

  private tell(type: string, { id }: Intent, request: Request, object: object = this.get(id).intent): void {
    this.journal.tell(type, id, object, request);
  }
}

function unexpected(intent: Intent, action: string): StripeFailure {
  const message = `This PaymentIntent could not be ${action}ed because it has a status of ${intent.status}.`;
  return invalidRequest(message, { code: 'payment_intent_unexpected_state', payment_intent: structuredClone(intent) });
}
