import { presentOrder } from '../../orders/index.js';
import { encodeId } from '../../shared/ids.js';
import type { CancellationQuoteView } from './cancellation-quote.view.js';
import type { CancellationQuote } from './cancellation-quotes.js';

/** A cancellation that is not made, as clients see it. */
export function presentCancellationQuote({ order, released, returns }: CancellationQuote): CancellationQuoteView {
  return {
    order: presentOrder(order),
    released: released.map(({ lineId, quantity }) => ({ lineId: encodeId('lin', lineId), quantity })),
    returns: returns.map(({ kind, paymentId, amount, entries }) => ({
      kind,
      paymentId: encodeId('pay', paymentId),
      amount,
      entries: entries.map((entry) => ({ account: entry.account, amount: entry.amount })),
    })),
  };
}
