import { roundedShare } from '../../shared/exact.js';
import { formatMoney } from '../../shared/money.js';
import { escapeHtml, greeting, type Letter, oneLine, page } from './letter.js';

interface OrderedLine {
  readonly name: string;
  readonly quantity: number;
  readonly cancelledQuantity: number;
  readonly unitPrice: number;
  readonly discount?: number;
  readonly taxMode?: 'inclusive' | 'exclusive' | null;
}

interface OrderedCharge {
  readonly name: string;
  readonly amount: number;
  readonly discount?: number;
  readonly taxMode?: 'inclusive' | 'exclusive' | null;
}

interface ConfirmedOrder {
  readonly number: number;
  readonly currency: string;
  readonly total: number;
  readonly lines: readonly OrderedLine[];
  readonly charges?: readonly OrderedCharge[] | null;
  readonly taxes?: readonly { readonly rate: string; readonly tax: number }[] | null;
}

/** The mail for a confirmed order. Amounts are minor units of the order's currency. */
export function orderConfirmation(order: ConfirmedOrder, customerName: string): Letter {
  const { number, currency } = order;
  const name = oneLine(customerName);
  const total = formatMoney({ amount: order.total, currency });
  const taxes = taxesOf(order);
  const discounts = discountsOf(order);
  const goods = order.lines
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
  const lines = [...goods, ...chargesOf(order)];
  return {
    subject: `Your order ${number} is confirmed`,
    text: [
      greeting(name),
      '',
      `Thank you. Your order ${number} is confirmed.`,
      '',
      ...lines.map(({ what, price }) => `${what}: ${price}`),
      '',
      ...[...discounts, ...taxes.added].map(({ what, price }) => `${what}: ${price}`),
      `Total: ${total}`,
      ...taxes.included.map(({ what, price }) => `${what}: ${price}`),
      '',
    ].join('\n'),
    html: page(
      `<p>${escapeHtml(greeting(name))}</p><p>Thank you. Your order <b>${number}</b> is confirmed.</p><table>${htmlOf([...lines, ...discounts, ...taxes.added])}<tr><td><b>Total</b></td><td align="right"><b>${escapeHtml(total)}</b></td></tr>${htmlOf(taxes.included)}</table>`,
    ),
  };
}

const htmlOf = (rows: readonly Row[]): string =>
  rows
    .map(({ what, price }) => `<tr><td>${escapeHtml(what)}</td><td align="right">${escapeHtml(price)}</td></tr>`)
    .join('');

interface Row {
  readonly what: string;
  readonly price: string;
}

/** Charges of one name are one row: each may be in parts for the taxes of the goods. */
function chargesOf({ charges, currency }: ConfirmedOrder): readonly Row[] {
  return [...Map.groupBy(charges ?? [], ({ name }) => name)].map(([name, parts]) => ({
    what: oneLine(name),
    price: formatMoney({ amount: parts.reduce((sum, { amount }) => sum + amount, 0), currency }),
  }));
}

/** What discounts take off charges and the pieces that are not cancelled; nothing if there are none. */
function discountsOf({ lines, charges, currency }: ConfirmedOrder): readonly Row[] {
  const ofCharges = (charges ?? []).reduce((sum, { discount = 0 }) => sum + discount, 0);
  const amount = lines.reduce(
    (sum, { discount = 0, cancelledQuantity, quantity }) =>
      sum + discount - roundedShare(discount, cancelledQuantity, quantity),
    ofCharges,
  );
  return amount === 0 ? [] : [{ what: 'Discount', price: `-${formatMoney({ amount, currency })}` }];
}

/** The taxes of an order by rate: on top of the prices of its lines, or included in the total. */
function taxesOf({ taxes, lines, charges, currency }: ConfirmedOrder): {
  added: readonly Row[];
  included: readonly Row[];
} {
  const isAdded = [...lines, ...(charges ?? [])].some(({ taxMode }) => taxMode === 'exclusive');
  const rows = (taxes ?? []).map(({ rate, tax }) => ({
    what: isAdded ? `Tax ${rate} %` : `Included tax ${rate} %`,
    price: formatMoney({ amount: tax, currency }),
  }));
  return isAdded ? { added: rows, included: [] } : { added: [], included: rows };
}
