import { invalidRequest, missing, type StripeFailure } from './failure.js';
import { type Form, Params } from './form.js';
import { Journal } from './journal.js';
import { freshId, type Intent } from './objects.js';
import { PaymentIntents, type Request } from './payment-intents.js';
import { Refunds } from './refunds.js';

/** Everything that one Stripe account holds. */
export class Account {
  readonly journal = new Journal();
  readonly intents = new PaymentIntents(this.journal);
  readonly refunds = new Refunds(this.journal, this.intents);

  /** Where the account sends its webhooks; null stands for the account's own version. */
  readonly endpoints: {
    readonly id: string;
    readonly object: 'webhook_endpoint';
    readonly url: string;
    readonly status: 'enabled' | 'disabled';
    readonly api_version: string | null;
  }[] = [];

  /** The object that a request is answered with. @throws StripeFailure */
  answer(method: string, path: string, form: Form, request: Request): object {
    const [resource, id, action] = path.slice('/v1/'.length).split('/');
    const endpoint = `${method} ${resource}${id === undefined ? '' : id === 'search' ? '/search' : '/:id'}${action ? `/${action}` : ''}`;
    const params = (...known: string[]) => new Params(form, known);
    switch (endpoint) {
      case 'POST payment_intents':
        return this.intents.create(
          params(
            'amount',
            'automatic_payment_methods',
            'capture_method',
            'currency',
            'metadata',
            'payment_method',
            'statement_descriptor_suffix',
          ),
          request,
        );
      case 'GET payment_intents/:id':
        return this.intents.get(id!).intent;
      case 'POST payment_intents/:id':
        return this.intents.update(id!, params('metadata'));
      case 'POST payment_intents/:id/confirm':
        return this.confirm(id!, params('return_url'), request);
      case 'POST payment_intents/:id/capture':
        return this.intents.capture(id!, params('amount_to_capture', 'metadata'), request);
      case 'POST payment_intents/:id/cancel':
        return this.intents.cancel(id!, params('cancellation_reason').text('cancellation_reason') ?? null, request);
      case 'GET payment_intents/search':
        return this.search(params('query', 'limit'));
      case 'POST refunds':
        return this.refunds.create(params('amount', 'metadata', 'payment_intent', 'reason'), request);
      case 'GET refunds/:id':
        return this.refunds.get(id!);
      case 'GET refunds':
        return this.listRefunds(params('payment_intent', 'limit', 'starting_after'));
      case 'GET balance_transactions':
        return this.listTransactions(params('created', 'limit', 'starting_after'), form);
      case 'GET disputes/:id':
        return this.refunds.disputes.find((one) => one.id === id) ?? refuse(missing('dispute', id!, 'dispute'));
      case 'GET webhook_endpoints':
        return page(this.endpoints, '/v1/webhook_endpoints', params('limit', 'starting_after'));
      case 'GET events':
        return page(this.journal.told(), '/v1/events', params('limit', 'starting_after'));
      default:
        throw invalidRequest(`Unrecognized request URL (${method}: ${path}).`, {}, 404);
    }
  }

  /** What no request makes: a payout that bounced, a reserve, a contribution. Minor units; negative for what leaves. */
  moveOther(type: string, category: string, amount: number, currency: string, fee = 0): string {
    return this.journal.move(type, category, amount, currency, null, fee);
  }

  /** The bank pays out what is there. */
  payOut(amount: number, currency: string): void {
    this.journal.move('payout', 'payout', -amount, currency, freshId('po'));
  }

  private confirm(id: string, params: Params, request: Request): Intent {
    const intent = this.intents.confirm(id, params, request);
    const disputed = this.intents.get(id).behaviour.kind === 'dispute' && intent.status === 'succeeded';
    if (disputed) this.refunds.dispute(id, request);
    return intent;
  }

  private search(params: Params): object {
    const [, name, value] = /^metadata\['(\w+)'\]:'(\w+)'$/.exec(params.required('query')) ?? [];
    const found = [...this.intents.kept.values()].filter(({ intent }) => intent.metadata[name!] === value);
    return {
      object: 'search_result',
      url: '/v1/payment_intents/search',
      has_more: false,
      next_page: null,
      data: found.map(({ intent }) => intent),
    };
  }

  private listRefunds(params: Params): object {
    const intent = params.text('payment_intent');
    return page(
      this.refunds.kept.filter((one) => !intent || one.payment_intent === intent),
      '/v1/refunds',
      params,
    );
  }

  private listTransactions(params: Params, form: Form): object {
    const { gte = '0', lt = 'Infinity' } = params.nested('created') as Record<string, string>;
    const within = this.journal.transactions.filter(({ created }) => created >= Number(gte) && created < Number(lt));
    const expanded = JSON.stringify(form['expand'] ?? '').includes('data.source');
    const rows = within.map((row) => (expanded ? { ...row, source: this.sourceOf(row.source) } : row));
    return page(rows, '/v1/balance_transactions', params);
  }

  private sourceOf(id: string | null): object | null {
    if (id === null) return null;
    const charge = [...this.intents.kept.values()].map((kept) => kept.charge).find((one) => one?.id === id);
    const refund = this.refunds.kept.find((one) => one.id === id);
    return charge ?? refund ?? this.refunds.disputes.find((one) => one.id === id) ?? { id, object: 'payout' };
  }
}

function refuse(failure: StripeFailure): never {
  throw failure;
}

/** Newest first, `limit` at a time. */
function page(rows: readonly { readonly id: string }[], url: string, params: Params): object {
  const newest = rows.toReversed();
  const from = newest.findIndex(({ id }) => id === params.text('starting_after')) + 1;
  const limit = params.integer('limit') ?? 10;
  return { object: 'list', url, has_more: from + limit < newest.length, data: newest.slice(from, from + limit) };
}
