import { presentRefund } from './refund.presenter.js';
import type { RefundQuote } from './refund-quotes.js';
import type { RefundQuoteView } from './refund-quote.view.js';

/** A refund that is not made, as clients see it: like the made one, without id, status and times. */
export function presentRefundQuote({ refund, paymentStatus, entries }: RefundQuote): RefundQuoteView {
  const { id: _, status: __, createdAt: ___, updatedAt: ____, ...quoted } = presentRefund(refund);
  return { ...quoted, paymentStatus, entries: entries.map(({ account, amount }) => ({ account, amount })) };
}
