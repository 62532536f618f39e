import type { Language } from '../shared/languages.js';
import { formatMoney } from '../shared/money.js';
import { type Letter, oneLine } from './domain/letter.js';
import { type ListedOrder, orderRows } from './domain/order-rows.js';
import type { MailKind } from './templates/mail-kinds.js';
import { filled, render, wordsIn } from './templates/render.js';

/** Who gets a letter: the name on one line, which may be empty, and the language to write in. */
export interface Reader {
  readonly name: string;
  readonly language: Language;
}

/** A mail about an account or an endpoint that has only words. */
export function notice(kind: MailKind, reader: Reader, values: Readonly<Record<string, string>> = {}): Letter {
  return render({ kind, ...reader, values: onOneLine(values) });
}

/** What the page of the shop finds in the fragment, where that is not the kind of the mail: one form of the page serves several. */
const fragments: Readonly<Partial<Record<MailKind, string>>> = {
  repeated_registration: 'password_reset',
  second_factor_added: 'access_undo',
  passkey_added: 'access_undo',
  identity_linked: 'access_undo',
};

/**
 * A mail with a token: as a link to the page of the shop, in the fragment, which reaches no server's log (RFC 9110, section 7.1); or as it
 * is, where there is no such page.
 */
export function accountLetter(
  kind: MailKind,
  reader: Reader,
  { token, page }: { readonly token: string; readonly page: string | undefined },
): Letter {
  const purpose = fragments[kind] ?? kind;
  const action = page ? { value: `${page}#${purpose}=${token}`, isLink: true } : { value: token, isLink: false };
  return render({ kind, ...reader, action });
}

/** The mail for a confirmed order. Amounts are minor units of the order's currency. */
export function orderConfirmation(order: ListedOrder, reader: Reader): Letter {
  const words = wordsIn(reader.language);
  const labels = {
    total: words.total,
    discount: words.discount,
    tax: (rate: string) => filled(words.tax, { rate }),
    includedTax: (rate: string) => filled(words.includedTax, { rate }),
    money: (amount: number) => money(amount, order.currency, reader.language),
  };
  const tables = orderRows(order, labels);
  return render({ kind: 'order_confirmed', ...reader, values: { number: order.number }, tables });
}

/** What was sent of an order. */
export interface Shipment {
  readonly lines: readonly { readonly lineId: string; readonly quantity: number }[];
  readonly carrier?: string | null;
  readonly trackingNumber?: string | null;
}

/** The mail for goods that left. `nameOf` tells what a line of the order is called. */
export function orderShipped(
  number: number,
  { lines, carrier, trackingNumber }: Shipment,
  nameOf: (lineId: string) => string,
  reader: Reader,
): Letter {
  const words = wordsIn(reader.language);
  const goods = lines.map(({ lineId, quantity }) => ({ what: oneLine(nameOf(lineId)), price: `${quantity} x` }));
  const how = [
    ...(carrier ? [{ what: words.carrier, price: oneLine(carrier) }] : []),
    ...(trackingNumber ? [{ what: words.trackingNumber, price: oneLine(trackingNumber) }] : []),
  ];
  const tables = [goods, how].filter((rows) => rows.length > 0);
  return render({ kind: 'order_shipped', ...reader, values: { number }, tables });
}

/** Money that moved or is to move for an order, in minor units. */
export interface MovedMoney {
  readonly number: number;
  readonly amount: number;
  readonly currency: string;
}

/** The mail for money that went back, with the taxes in it by rate, in minor units. */
export function refunded(
  { number, amount, currency }: MovedMoney,
  taxes: readonly { readonly rate: string; readonly tax: number }[],
  reader: Reader,
): Letter {
  const words = wordsIn(reader.language);
  const rows = [
    { what: words.refunded, price: money(amount, currency, reader.language), isTotal: true },
    ...taxes.map(({ rate, tax }) => ({
      what: filled(words.includedTax, { rate }),
      price: money(tax, currency, reader.language),
    })),
  ];
  return render({ kind: 'refund_succeeded', ...reader, values: { number }, tables: [rows] });
}

/** The mail for a payment that failed, or about a dispute, with the amount. */
export function aboutMoney(
  kind: 'payment_failed' | 'dispute_opened' | 'dispute_closed',
  { number, amount, currency }: MovedMoney,
  reader: Reader,
  values: Readonly<Record<string, string>> = {},
): Letter {
  const rows = [{ what: wordsIn(reader.language).total, price: money(amount, currency, reader.language) }];
  return render({ kind, ...reader, values: { ...onOneLine(values), number }, tables: [rows] });
}

function money(amount: number, currency: string, language: Language): string {
  const text = formatMoney({ amount, currency });
  return language === 'de' ? text.replace('.', ',') : text;
}

function onOneLine(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, oneLine(value)]));
}
