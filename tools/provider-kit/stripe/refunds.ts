import { invalidRequest, missing } from './failure.js';
import type { Params } from './form.js';
import type { Journal } from './journal.js';
import { type Dispute, freshId, type Refund, seconds } from './objects.js';
import type { PaymentIntents, Request } from './payment-intents.js';

/** Money that goes back: by a refund of the merchant's, or by a dispute of the shopper's. */
export class Refunds {
  readonly kept: Refund[] = [];
  readonly disputes: Dispute[] = [];

  constructor(
    private readonly journal: Journal,
    private readonly intents: PaymentIntents,
  ) {}

  create(params: Params, request: Request): Refund {
    const { intent, charge } = this.intents.get(params.required('payment_intent'));
    if (!charge?.captured)
      throw invalidRequest('This PaymentIntent does not have a successful charge to refund.', {
        param: 'payment_intent',
      });
    const left = charge.amount_captured - charge.amount_refunded;
    const amount = params.integer('amount') ?? left;
    if (left === 0)
      throw invalidRequest(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' });
    if (amount > left)
      throw invalidRequest(`Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`, {
        param: 'amount',
      });
    if (amount < 1)
      throw invalidRequest('Invalid positive integer', { code: 'parameter_invalid_integer', param: 'amount' });
    const refund: Refund = {
      id: freshId('re'),
      object: 'refund',
      amount,
      balance_transaction: null,
      charge: charge.id,
      created: seconds(),
      currency: intent.currency,
      metadata: params.metadata(),
      payment_intent: intent.id,
      reason: params.text('reason') ?? null,
      status: 'succeeded',
    };
    charge.amount_refunded += amount;
    charge.refunded = charge.amount_refunded === charge.amount_captured;
    refund.balance_transaction = this.journal.move('refund', 'refund', -amount, refund.currency, refund.id);
    this.kept.push(refund);
    this.journal.tell('refund.created', intent.id, refund, request);
    this.journal.tell('charge.refunded', intent.id, charge, request);
    return refund;
  }

  get(id: string): Refund {
    const refund = this.kept.find((one) => one.id === id);
    if (refund) return refund;
    throw missing('refund', id, 'refund');
  }

  /** The shopper's bank sends the money back, days later: https://docs.stripe.com/refunds#failed-refunds. */
  fail(refund: Refund, request: Request): void {
    const { charge } = this.intents.get(refund.payment_intent);
    charge!.amount_refunded -= refund.amount;
    charge!.refunded = false;
    const { id, amount, currency } = refund;
    const failure_balance_transaction = this.journal.move('refund_failure', 'refund_failure', amount, currency, id);
    Object.assign(refund, {
      status: 'failed',
      failure_reason: 'expired_or_canceled_card',
      failure_balance_transaction,
    });
    for (const type of ['refund.updated', 'charge.refund.updated', 'refund.failed'])
      this.journal.tell(type, refund.payment_intent, refund, request);
  }

  /** The shopper's bank takes the money back for the time being. */
  dispute(intentId: string, request: Request, amount?: number): Dispute {
    const { intent, charge } = this.intents.get(intentId);
    const dispute: Dispute = {
      id: freshId('du'),
      object: 'dispute',
      amount: amount ?? charge!.amount_captured,
      charge: charge!.id,
      created: seconds(),
      currency: intent.currency,
      livemode: false,
      metadata: {},
      payment_intent: intent.id,
      reason: 'fraudulent',
      status: 'needs_response',
    };
    this.disputes.push(dispute);
    charge!.disputed = true;
    this.journal.move('adjustment', 'dispute', -dispute.amount, dispute.currency, dispute.id, 2000);
    this.journal.tell('charge.dispute.created', intent.id, dispute, request);
    this.journal.tell('charge.dispute.funds_withdrawn', intent.id, dispute, request);
    return dispute;
  }

  decide(id: string, status: 'won' | 'lost', request: Request): void {
    const dispute = this.disputes.find((one) => one.id === id)!;
    const isTakenAgain = dispute.status === 'won' && status === 'lost';
    dispute.status = status;
    if (isTakenAgain) {
      this.journal.move('adjustment', 'dispute', -dispute.amount, dispute.currency, dispute.id, 2000);
      this.journal.tell('charge.dispute.funds_withdrawn', dispute.payment_intent, dispute, request);
    }
    if (status === 'won') {
      // With its fee: https://docs.stripe.com/disputes/how-disputes-work#dispute-fees
      this.journal.move('adjustment', 'dispute_reversal', dispute.amount, dispute.currency, dispute.id, -2000);
      this.journal.tell('charge.dispute.funds_reinstated', dispute.payment_intent, dispute, request);
    }
    this.journal.tell('charge.dispute.closed', dispute.payment_intent, dispute, request);
  }
}
