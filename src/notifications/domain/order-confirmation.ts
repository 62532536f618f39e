import { formatMoney } from '../../shared/money.js';
import { escapeHtml, greeting, type Letter, oneLine, page } from './letter.js';

interface OrderedLine {
  readonly name: string;
  readonly quantity: number;
  readonly cancelledQuantity: number;
  readonly unitPrice: number;
}

interface ConfirmedOrder {
  readonly number: number;
  readonly currency: string;
  readonly total: number;
  readonly lines: readonly OrderedLine[];
}

/** The mail for a confirmed order. Amounts are minor units of the order's currency. */
export function orderConfirmation(order: ConfirmedOrder, customerName: string): Letter {
  const { number, currency } = order;
  const name = oneLine(customerName);
  const total = formatMoney({ amount: order.total, currency });
  const lines = order.lines
    .map(({ name: what, quantity, cancelledQuantity, unitPrice }) => ({
      what,
      left: quantity - cancelledQuantity,
      unitPrice,
    }))
    .filter(({ left }) => left > 0)
    .map(({ what, left, unitPrice }) => ({
      what: `${left} x ${oneLine(what)}`,
      price: formatMoney({ amount: left * unitPrice, currency }),
    }));
  return {
    subject: `Your order ${number} is confirmed`,
    text: [
      greeting(name),
      '',
      `Thank you. Your order ${number} is confirmed.`,
      '',
      ...lines.map(({ what, price }) => `${what}: ${price}`),
      '',
      `Total: ${total}`,
      '',
    ].join('\n'),
    html: page(
      `<p>${escapeHtml(greeting(name))}</p><p>Thank you. Your order <b>${number}</b> is confirmed.</p><table>${lines
        .map(({ what, price }) => `<tr><td>${escapeHtml(what)}</td><td align="right">${escapeHtml(price)}</td></tr>`)
        .join('')}<tr><td><b>Total</b></td><td align="right"><b>${escapeHtml(total)}</b></td></tr></table>`,
    ),
  };
}
