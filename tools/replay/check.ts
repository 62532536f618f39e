import type { LedgerProof, Order, Payment, Refund } from './api-shapes.js';
import type { ApiClient } from './client.js';
import type { Customer } from './customers.js';
import { replayedOrders } from './customers.js';
import type { Figures, Plan } from './plan.js';
import { creditNoteOf } from './plan.js';

interface Money {
  readonly captured: number;
  readonly refunded: number;
  readonly refunds: number;
}

/** A customer's orders of this file, as the API lists them now. */
export async function readOrders(api: ApiClient, { id, planned }: Customer): Promise<Order[]> {
  const invoices = new Set(planned.steps.map((step) => (step.kind === 'order' ? step.invoice : undefined)));
  const orders = await replayedOrders(api, id);
  return orders.filter(({ status, metadata }) => status !== 'expired' && invoices.has(metadata?.invoice as string));
}

/**
 * The money of one order, from its payments and, where money went back, from their refunds. A refund for the credit note
 * of another file, played on this server as well, is not this file's.
 */
export async function readMoney(api: ApiClient, { creditNotes }: Plan, order: Order): Promise<Money> {
  const payments = await api.all<Payment>(`/v1/orders/${order.id}/payments?`);
  const given = payments.filter((payment) => payment.refundedAmount > 0);
  const refunds = (await Promise.all(given.map(({ id }) => api.all<Refund>(`/v1/payments/${id}/refunds?`)))).flat();
  const succeeded = refunds.filter(({ status, reason }) => {
    const creditNote = creditNoteOf(reason);
    return status === 'succeeded' && (creditNote === undefined || creditNotes.has(creditNote));
  });
  return {
    captured: sum(payments.map((payment) => payment.capturedAmount)),
    refunded: sum(succeeded.map((refund) => refund.amount)),
    refunds: succeeded.length,
  };
}

/** The same figures from the API. What it was not told of, skipped and unmatched, is what of the file it lacks. */
export function apiFigures(plan: Plan, orders: readonly Order[], money: readonly Money[]): Figures {
  const lines = sum(orders.map((order) => order.lines.length));
  return {
    orders: orders.length,
    lines,
    skipped: plan.invoiceLines - lines,
    captured: sum(money.map((each) => each.captured)),
    refunded: sum(money.map((each) => each.refunded)),
    unmatched: plan.creditLines - sum(money.map((each) => each.refunds)),
  };
}

/** Whether the ledger balances by its own recomputation. */
export async function readProof(api: ApiClient): Promise<boolean> {
  return (await api.get<LedgerProof>('/v1/ledger/proof')).balanced === true;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
