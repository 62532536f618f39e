import { Injectable } from '@nestjs/common';
import {
  capturePosting,
  creditRefundPosting,
  creditSpentPosting,
  LedgerService,
  refundPosting,
  refundReversalPosting,
  storeCreditCode,
  taxedEntries,
} from '../../ledger/index.js';
import { type BookedMoney, isDivided, type OrderHeader, OrderTaxes, type TaxShare } from '../../orders/index.js';
import { keyOf } from '../../tax/index.js';
import type { LockedAttempt } from './attempts.repository.js';
import { type Attempt, isOpen, type Payment, STORE_CREDIT } from '../domain/payment.js';
import type { AmountsMoved } from '../domain/payment-reducer.js';

/** An attempt, with what it returns of each tax if it is a refund of certain lines. */
type PostedAttempt = Attempt & Pick<LockedAttempt, 'byTax'>;

/**
 * Posts the money of payments to the ledger. Revenue and tax are recognised when money moves (cash accounting): of an order with taxes,
 * discounts or charges, each capture and refund has its share of each of them. Orders are locked, with their amounts from before; each function returns the
 * order with what is booked of its taxes.
 */
@Injectable()
export class PaymentPostings {
  constructor(
    private readonly ledger: LedgerService,
    private readonly taxes: OrderTaxes,
  ) {}

  /** Opens the accounts for events of the provider in this currency. Call it before the transaction. */
  openAccounts(currency: string, provider: string): Promise<void> {
    return this.ledger.openAccounts(currency, ['sales', 'refunds', `provider_clearing:${provider}`]);
  }

  /** Posts what an operation at a provider moved. Store credit is posted by `storeCredit`. */
  moved(order: OrderHeader, payment: Payment, attempt: PostedAttempt, moved: AmountsMoved): OrderHeader {
    if (payment.provider === STORE_CREDIT) return order;
    const referenceId = attempt.id;
    let after = order;
    if (moved.captured > 0) after = this.received(after, payment, { kind: 'capture', referenceId }, moved.captured);
    if (moved.refunded > 0) after = this.returned(after, payment, attempt, moved.refunded);
    return after;
  }

  /** Posts a refund whose money came back. One that was in progress until then is not posted yet. */
  reversed(order: OrderHeader, payment: Payment, attempt: PostedAttempt): OrderHeader {
    const { id: referenceId, amount } = attempt;
    const refunded = isOpen(attempt) ? this.returned(order, payment, attempt, amount) : order;
    return this.received(refunded, payment, { kind: 'refund_reversal', referenceId }, amount);
  }

  /** Posts an operation with store credit. @throws InsufficientStoreCredit, StoreCreditTooLarge */
  async storeCredit(order: OrderHeader, payment: Payment, attempt: PostedAttempt): Promise<OrderHeader> {
    const { id, kind, amount, byTax } = attempt;
    const isRefund = kind === 'refund';
    const { orderId, currency, customerId } = payment;
    const record = { kind: isRefund ? 'refund' : 'capture', referenceId: id, orderId, currency } as const;
    if (!isDivided(order)) {
      await this.ledger.enter(record, [(isRefund ? creditRefundPosting : creditSpentPosting)(customerId, amount)]);
      return order;
    }
    const money = isRefund ? this.taxes.divideReturned(order, amount, byTax) : this.taxes.divideReceived(order, amount);
    const revenue = isRefund ? 'refunds' : 'sales';
    await this.ledger.enterEntries(record, taxedEntries(storeCreditCode(customerId), revenue, partsOf(money)));
    return this.kept(money);
  }

  /**
   * Returns the entries of a refund of this amount, which is in minor units and of the locked order's amounts from before, and the order with what is
   * booked then; writes nothing.
   */
  entriesOfRefund(
    order: OrderHeader,
    { provider, customerId }: Payment,
    amount: number,
    byTax: readonly TaxShare[] = [],
  ) {
    const account =
      provider === STORE_CREDIT ? storeCreditCode(customerId) : (`provider_clearing:${provider}` as const);
    const money = this.taxes.divideReturned(order, amount, byTax);
    return { order: money.order, entries: taxedEntries(account, 'refunds', partsOf(money)) };
  }

  private kept({ order }: Pick<BookedMoney<OrderHeader>, 'order'>): OrderHeader {
    this.taxes.save(order);
    return order;
  }

  private received(
    order: OrderHeader,
    { provider, orderId, currency }: Payment,
    reference: { readonly kind: 'capture' | 'refund_reversal'; readonly referenceId: string },
    amount: number,
  ): OrderHeader {
    const record = { ...reference, orderId, currency };
    const isSale = reference.kind === 'capture';
    if (!isDivided(order)) {
      this.ledger.post(record, [(isSale ? capturePosting : refundReversalPosting)(provider, amount)]);
      return order;
    }
    const money = this.taxes.divideReceived(order, amount);
    const revenue = isSale ? 'sales' : 'refunds';
    this.ledger.postOpening(record, taxedEntries(`provider_clearing:${provider}`, revenue, partsOf(money)));
    return this.kept(money);
  }

  private returned(
    order: OrderHeader,
    payment: Payment,
    { id: referenceId, byTax }: PostedAttempt,
    amount: number,
  ): OrderHeader {
    const { provider, orderId, currency } = payment;
    const record = { kind: 'refund', referenceId, orderId, currency } as const;
    if (!isDivided(order)) {
      this.ledger.post(record, [refundPosting(provider, amount)]);
      return order;
    }
    const refund = this.entriesOfRefund(order, payment, amount, byTax);
    this.ledger.postOpening(record, refund.entries);
    return this.kept(refund);
  }
}

const partsOf = ({ booked, rest, ofRest }: BookedMoney<OrderHeader>) => ({
  parts: booked.map(({ group, ...part }) => ({ ...part, key: keyOf(group) })),
  rest,
  ofRest,
});
