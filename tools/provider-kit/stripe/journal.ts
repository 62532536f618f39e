import { Stripe } from 'stripe';
import { inVersion } from './older-versions.js';
import { type BalanceTransaction, feeOf, freshId, seconds } from './objects.js';

export interface SentEvent {
  /** The bytes that go over the wire: Stripe's JSON is indented. */
  readonly raw: Buffer;
  readonly type: string;
  readonly about: string;
}

/** What the account has told and moved: its webhooks and its balance. */
export class Journal {
  readonly events: SentEvent[] = [];
  readonly transactions: BalanceTransaction[] = [];
  /** The API version of the webhooks that are told from now on. */
  version: string = Stripe.API_VERSION;
  /** How many seconds later than now its events happen. */
  ahead = 0;

  /** An event about a payment intent, with the object as it is at this moment. */
  tell(type: string, about: string, object: object, request: { id: string; key: string | null }): void {
    const event = {
      id: freshId('evt'),
      object: 'event',
      api_version: this.version,
      created: seconds() + this.ahead,
      data: { object: inVersion(this.version, object) },
      livemode: false,
      pending_webhooks: 1,
      request: { id: request.id, idempotency_key: request.key },
      type,
    };
    this.events.push({ raw: Buffer.from(JSON.stringify(event, undefined, 2)), type, about });
  }

  /** The currency of the account, with the worth of one unit of others in it; each is kept as it is when absent. */
  settles: { readonly currency: string; readonly rates: Readonly<Record<string, number>> } | undefined;

  /** The events as the API lists them. */
  told(): { readonly id: string }[] {
    return this.events.map(({ raw }) => JSON.parse(raw.toString()) as { readonly id: string });
  }

  move(type: string, category: string, moved: number, from: string, source: string | null, fee?: number): string {
    const rate = this.settles?.rates[from] ?? null;
    const currency = rate === null ? from : this.settles!.currency;
    const amount = Math.round(moved * (rate ?? 1));
    const cost = fee ?? (type === 'charge' ? feeOf(amount) : 0);
    const transaction: BalanceTransaction = {
      id: freshId('txn'),
      object: 'balance_transaction',
      amount,
      available_on: seconds() + 3 * 86_400,
      created: seconds(),
      currency,
      description: null,
      exchange_rate: rate,
      fee: cost,
      fee_details:
        cost === 0
          ? []
          : [{ amount: cost, application: null, currency, description: 'Stripe processing fees', type: 'stripe_fee' }],
      net: amount - cost,
      reporting_category: category,
      source,
      status: 'pending',
      type,
    };
    this.transactions.push(transaction);
    return transaction.id;
  }
}
