import { due } from './paying.js';
import type { ApprovalState, OrderState, PaymentState, World } from './world.js';

/** Where two worlds differ, for people to read; times and the ids of lines are nobody's business here. */
export function differences(expected: World, actual: World): string[] {
  return [
    ...between('order', expected.orders.map(orderText), actual.orders.map(orderText)),
    ...between('approval', expected.approvals.map(approvalText), actual.approvals.map(approvalText)),
    ...between('payment', expected.payments.map(paymentText), actual.payments.map(paymentText)),
    ...between('stock', texts(expected.stock), texts(actual.stock)),
    ...between('credit', texts(expected.credit), texts(actual.credit)),
  ];
}

function between(what: string, expected: readonly string[], actual: readonly string[]): string[] {
  const missing = expected.filter((text) => !actual.includes(text));
  const extra = actual.filter((text) => !expected.includes(text));
  return [...missing.map((text) => `should be: ${what} ${text}`), ...extra.map((text) => `but is:    ${what} ${text}`)];
}

function orderText(order: OrderState): string {
  const { id, status, total, authorized, captured, refunded, reservedUntil, lines, charges, named } = order;
  const awaits = reservedUntil === null ? '' : ' awaits payment';
  const goods = lines
    .map(
      ({ product, quantity, fulfilled, cancelled, gross }) =>
        `${fulfilled}/${quantity - cancelled} of ${product} for ${gross}`,
    )
    .join(', ');
  const costs = charges.map(({ gross }) => gross).join(', ');
  const back = named
    .map(({ part, quantity, gross, succeeded }) => `${quantity} of ${part} ${gross}${succeeded ? '' : ' pending'}`)
    .sort()
    .join(', ');
  return `${id} ${status}${awaits} total ${total} keeps ${due(order)} charges ${costs} returned ${back} authorized ${authorized} captured ${captured} refunded ${refunded}: ${goods}`;
}

function paymentText({ id, order, status, method, capture, ...amounts }: PaymentState): string {
  const moved = Object.entries(amounts).map(([name, value]) => `${name} ${value}`);
  return `${id} on ${order} ${status} by ${method} ${capture}: ${moved.sort().join(' ')}`;
}

function approvalText({ id, payment, order, pieces, amount, status }: ApprovalState): string {
  const named = pieces?.map(({ lineId, quantity }) => `${quantity} of ${lineId}`).sort();
  return `${id} of ${amount} of ${payment}${order} ${named?.join(', ') ?? 'all'} ${status}`;
}

const texts = (record: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(record).map(([id, value]) => `${id} ${JSON.stringify(value)}`);
