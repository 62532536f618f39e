import { invalidRequest } from './failure.js';
import type { Params } from './form.js';
import { type Charge, freshId, type Intent, seconds } from './objects.js';

/** By https://docs.stripe.com/get-started/account/statement-descriptors. */
function suffixIn(params: Params): string | null {
  const param = 'statement_descriptor_suffix';
  const suffix = params.text(param) ?? null;
  if (suffix === null) return null;
  const refused = (why: string) => invalidRequest(`The statement descriptor suffix ${why}.`, { param });
  if (suffix.length > 22) throw refused('must be at most 22 characters');
  if (/[<>\\'"*]/.test(suffix)) throw refused(`must not contain the characters <>\\'"*`);
  if (!/[A-Za-z]/.test(suffix)) throw refused('must contain at least one letter');
  return suffix;
}

export function intentOf(params: Params, amount: number, currency: string): Intent {
  const id = freshId('pi');
  return {
    id,
    object: 'payment_intent',
    amount,
    amount_capturable: 0,
    amount_received: 0,
    automatic_payment_methods: { allow_redirects: 'always', enabled: true },
    canceled_at: null,
    cancellation_reason: null,
    capture_method: params.text('capture_method') ?? 'automatic_async',
    client_secret: `${id}_secret_${freshId('x').slice(2)}`,
    confirmation_method: 'automatic',
    created: seconds(),
    currency,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    metadata: params.metadata(),
    next_action: null,
    payment_method: freshId('pm'),
    payment_method_types: ['card', 'us_bank_account', 'link'],
    statement_descriptor_suffix: suffixIn(params),
    status: 'requires_confirmation',
  };
}

/** A charge copies the metadata that its intent has at that moment. */
export function chargeOf(
  { id, amount, currency, metadata }: Intent,
  status: Charge['status'],
  failure: string | null = null,
): Charge {
  return {
    id: freshId('ch'),
    object: 'charge',
    amount,
    amount_captured: 0,
    amount_refunded: 0,
    balance_transaction: null,
    captured: false,
    created: seconds(),
    currency,
    disputed: false,
    failure_code: failure,
    livemode: false,
    metadata: { ...metadata },
    paid: status === 'succeeded',
    payment_intent: id,
    refunded: false,
    status,
  };
}
