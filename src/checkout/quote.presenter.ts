import { encodeId } from '../shared/ids.js';
import { presentOrder, type QuotedOrder } from '../orders/index.js';
import { NOT_QUOTED, type QuoteView } from './quote.view.js';

/** An order that is not placed, as clients see it: like the placed one, without ids, number and times. */
export function presentQuote({ order, shippingOptions }: QuotedOrder): QuoteView {
  const placed = presentOrder(order);
  const lines = placed.lines.map((line) => without(line, ['id']));
  const charges = placed.charges?.map((charge) => without(charge, ['id']));
  const options = shippingOptions.map(({ method: { id, name, minDays, maxDays }, price }) => ({
    methodId: encodeId('shm', id),
    name,
    price,
    minDays,
    maxDays,
  }));
  const quote = without({ ...placed, lines, ...(charges && { charges }) }, NOT_QUOTED);
  return options.length > 0 ? { ...quote, shippingOptions: options } : quote;
}

function without<T extends object, K extends keyof T>(object: T, names: readonly K[]): Omit<T, K> {
  const kept = Object.entries(object).filter(([name]) => !(names as readonly string[]).includes(name));
  return Object.fromEntries(kept) as Omit<T, K>;
}
