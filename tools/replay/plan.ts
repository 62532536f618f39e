import type { Row } from './rows.js';

/** What a file comes to; amounts in pence. The API must agree with each after the replay. */
export interface Figures {
  readonly orders: number;
  readonly lines: number;
  readonly skipped: number;
  readonly captured: number;
  readonly refunded: number;
  readonly unmatched: number;
}

export interface PlannedProduct {
  readonly sku: string;
  name: string;
  /** Pence; undefined while no line has had a price above zero. */
  price: number | undefined;
  /** Units that the file's orders take. */
  ordered: number;
}

export interface PlannedLine {
  readonly sku: string;
  readonly quantity: number;
  readonly unitPrice: number;
}

export interface PlannedOrder {
  readonly kind: 'order';
  readonly invoice: string;
  readonly lines: PlannedLine[];
  total: number;
  refunded: number;
}

export interface PlannedRefund {
  readonly kind: 'refund';
  readonly creditNote: string;
  /** Counts the lines of the credit note from 1, so that each has a name of its own. */
  readonly position: number;
  readonly sku: string;
  readonly quantity: number;
  readonly amount: number;
  readonly order: PlannedOrder;
}

export interface PlannedCustomer {
  readonly email: string;
  readonly name: string;
  /** In file order, so that a refund follows the order it gives back. */
  readonly steps: (PlannedOrder | PlannedRefund)[];
}

/** Why the money goes back, in words that name the line; by them a later run knows its refunds. */
export function refundReason({ creditNote, position, quantity, sku }: PlannedRefund): string {
  return `Credit note ${creditNote}, line ${position}: ${quantity} x ${sku}`;
}

/** The credit note that a refund's reason names, when a replay made the refund. */
export function creditNoteOf(reason: string | null): string | undefined {
  return /^Credit note (\S+), line \d+: /.exec(reason ?? '')?.[1];
}

/** The whole day, ready to be played. */
export interface Plan {
  readonly products: readonly PlannedProduct[];
  readonly customers: readonly PlannedCustomer[];
  readonly figures: Figures;
  /** Lines of invoices and of credit notes, whatever became of them. */
  readonly invoiceLines: number;
  readonly creditLines: number;
  readonly creditNotes: ReadonlySet<string>;
}

/** Turns the rows of a file into what to create, sell and give back, by the rules of the replay. Pure. */
export function planReplay(rows: readonly Row[]): Plan {
  const day = new Day();
  for (const row of rows) day.add(row);
  return day.plan();
}

class Day {
  private readonly products = new Map<string, PlannedProduct>();
  /** The first spelling of each code, by what Till compares: skus that differ only by case or normal form are one product. */
  private readonly spellings = new Map<string, string>();
  private readonly customers = new Map<string, PlannedCustomer>();
  private readonly orders = new Map<string, PlannedOrder>();
  private readonly creditNotes = new Map<string, number>();
  private invoiceLines = 0;
  private creditLines = 0;
  private skipped = 0;
  private unmatched = 0;

  add(read: Row): void {
    const row = { ...read, code: this.spelling(read.code) };
    this.describe(row);
    const customer = this.customer(row.customer);
    if (/^c/i.test(row.invoice)) this.giveBack(row, customer);
    else this.sell(row, customer);
  }

  plan(): Plan {
    const products = [...this.products.values()].filter((product) => product.price !== undefined);
    const { invoiceLines, creditLines } = this;
    const customers = [...this.customers.values()];
    const creditNotes = new Set(this.creditNotes.keys());
    return { products, customers, figures: this.figures(), invoiceLines, creditLines, creditNotes };
  }

  private figures(): Figures {
    const orders = [...this.orders.values()];
    return {
      orders: orders.length,
      lines: sum(orders.map((order) => order.lines.length)),
      skipped: this.skipped,
      captured: sum(orders.map((order) => order.total)),
      refunded: sum(orders.map((order) => order.refunded)),
      unmatched: this.unmatched,
    };
  }

  private spelling(code: string): string {
    const key = code.normalize('NFKC').toLowerCase().normalize('NFKC');
    const known = this.spellings.get(key) ?? code;
    this.spellings.set(key, known);
    return known;
  }

  /** A product takes the first description and the first price above zero that any line has for its code. */
  private describe({ code, description, price }: Row): void {
    const product = this.products.get(code) ?? { sku: code, name: '', price: undefined, ordered: 0 };
    product.name ||= description;
    if (price.positive) product.price ??= price.pence;
    this.products.set(code, product);
  }

  private customer(id: string): PlannedCustomer {
    const known = this.customers.get(id);
    if (known) return known;
    const customer = { ...(id === '' ? walkIn : named(id)), steps: [] };
    this.customers.set(id, customer);
    return customer;
  }

  private sell(row: Row, customer: PlannedCustomer): void {
    this.invoiceLines += 1;
    if (row.quantity <= 0 || !row.price.positive) {
      this.skipped += 1;
      return;
    }
    const order = this.order(row.invoice, customer);
    order.lines.push({ sku: row.code, quantity: row.quantity, unitPrice: row.price.pence });
    order.total += row.quantity * row.price.pence;
    const product = this.products.get(row.code);
    if (product) product.ordered += row.quantity;
  }

  private order(invoice: string, customer: PlannedCustomer): PlannedOrder {
    const known = this.orders.get(invoice);
    if (known) return known;
    const order: PlannedOrder = { kind: 'order', invoice, lines: [], total: 0, refunded: 0 };
    this.orders.set(invoice, order);
    customer.steps.push(order);
    return order;
  }

  private giveBack(row: Row, customer: PlannedCustomer): void {
    this.creditLines += 1;
    const position = (this.creditNotes.get(row.invoice) ?? 0) + 1;
    this.creditNotes.set(row.invoice, position);
    const amount = -row.quantity * row.price.pence;
    const order = amount > 0 ? refundable(customer, row.code, amount) : undefined;
    if (!order) {
      this.unmatched += 1;
      return;
    }
    order.refunded += amount;
    const { invoice: creditNote, code: sku } = row;
    customer.steps.push({ kind: 'refund', creditNote, position, sku, quantity: -row.quantity, amount, order });
  }
}

const walkIn = { email: 'walk-in@replay.example', name: 'Walk-in' } as const;

function named(id: string): { email: string; name: string } {
  return { email: `customer-${encodeURIComponent(id)}@replay.example`, name: `Customer ${id}` };
}

/**
 * The customer's most recent earlier order that holds the code and still has that much to refund. "That much" is
 * asked of the whole order, as the API asks it of the payment: a return may be dearer than the same code was sold for.
 */
function refundable({ steps }: PlannedCustomer, code: string, amount: number): PlannedOrder | undefined {
  return steps
    .filter((step) => step.kind === 'order')
    .findLast((order) => order.total - order.refunded >= amount && order.lines.some((line) => line.sku === code));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
