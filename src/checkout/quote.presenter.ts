import { type Order, presentOrder } from '../orders/index.js';
import { NOT_QUOTED, type QuoteView } from './quote.view.js';

/** An order that is not placed, as clients see it: like the placed one, without ids, number and times. */
export function presentQuote(order: Order): QuoteView {
  const placed = presentOrder(order);
  const lines = placed.lines.map((line) => without(line, ['id']));
  const charges = placed.charges?.map((charge) => without(charge, ['id']));
  return without({ ...placed, lines, ...(charges && { charges }) }, NOT_QUOTED);
}

function without<T extends object, K extends keyof T>(object: T, names: readonly K[]): Omit<T, K> {
  const kept = Object.entries(object).filter(([name]) => !(names as readonly string[]).includes(name));
  return Object.fromEntries(kept) as Omit<T, K>;
}
