import { setTimeout as sleep } from 'node:timers/promises';
import type { Order, Payment, Refund } from './api-shapes.js';
import type { ApiClient } from './client.js';
import type { Customer } from './customers.js';
import { ApiProblem } from './answer.js';
import { ReplayFailure } from './failure.js';
import type { PlannedOrder, PlannedRefund } from './plan.js';
import { refundReason } from './plan.js';

/** What one customer's play did, as against found done by an earlier run. */
export interface Tally {
  placed: number;
  refunded: number;
}

/** Products by StockCode, and where orders go; undefined when they are not taxed. */
export interface Shop {
  readonly productIds: ReadonlyMap<string, string>;
  readonly country: string | undefined;
}

/** Plays one customer's day in file order; `onStep` after each order or refund. */
export async function playCustomer(api: ApiClient, customer: Customer, shop: Shop, onStep: () => void): Promise<Tally> {
  const payments = new Map<PlannedOrder, Payment>();
  const tally: Tally = { placed: 0, refunded: 0 };
  for (const step of customer.planned.steps) {
    if (step.kind === 'order') {
      const standing = customer.history.standing(step.invoice);
      if (!standing) tally.placed += 1;
      const order = standing ?? (await place(api, customer, step, shop));
      const payment = await pay(api, step, order);
      if (payment) payments.set(step, payment);
    } else if (await refund(api, step, payments.get(step.order))) {
      tally.refunded += 1;
    }
    onStep();
  }
  return tally;
}

async function place(
  api: ApiClient,
  { id: customerId, history }: Customer,
  planned: PlannedOrder,
  { productIds, country }: Shop,
): Promise<Order> {
  const { invoice } = planned;
  const lines = planned.lines.map(({ sku, ...line }) => ({ productId: productIds.get(sku), ...line }));
  const shippingAddress = country === undefined ? undefined : { country };
  const body = { currency: 'GBP', customerId, lines, shippingAddress, metadata: { source: 'replay', invoice } };
  const expired = history.expired(invoice);
  const key = expired === 0 ? `replay-${invoice}` : `replay-${invoice}-${expired + 1}`;
  return about(`Invoice ${invoice}`, () => api.post<Order>('/v1/orders', body, key));
}

/** The order's payment, made now unless an earlier run did; undefined when there is nothing to pay. */
async function pay(
  api: ApiClient,
  { invoice, lines, total }: PlannedOrder,
  order: Order,
): Promise<Payment | undefined> {
  if (order.total !== total || order.lines.length !== lines.length) {
    throw new ReplayFailure(
      `Invoice ${invoice} is order ${order.id} of ${order.total} pence, but the file says ${total}: ` +
        'another file with the same invoice was played here. Play this one on a fresh database.',
    );
  }
  if (total === 0) return undefined;
  const path = `/v1/orders/${order.id}/payments`;
  return about(`Payment of invoice ${invoice}`, async () => {
    const made = order.paymentStatus === 'unpaid' ? undefined : await captured(api, path);
    const key = `replay-payment-${invoice}-${order.id}`;
    const payment =
      made ??
      (await api.post<Payment>(path, { paymentMethod: 'pm_ok' }, key).catch(async (problem: unknown) => {
        // A run that somebody else has just interrupted may have paid meanwhile.
        const paid = isPaid(problem) ? await captured(api, path) : undefined;
        if (!paid) throw problem;
        return paid;
      }));
    return settled(api, `/v1/payments/${payment.id}`, payment, ['captured', 'partially_refunded', 'refunded']);
  });
}

const isPaid = (problem: unknown) => problem instanceof ApiProblem && problem.code === 'order_not_payable';

/** The payment that took money for the order at this path, if there is one. */
async function captured(api: ApiClient, path: string): Promise<Payment | undefined> {
  return (await api.all<Payment>(`${path}?`)).find(({ capturedAmount }) => capturedAmount > 0);
}

/** True when it gave money back now, false when an earlier run had. */
async function refund(api: ApiClient, planned: PlannedRefund, payment: Payment | undefined): Promise<boolean> {
  const { creditNote, position, amount } = planned;
  const name = `${creditNote}-${position}`;
  return about(`Refund ${name}`, async () => {
    if (!payment) throw new ReplayFailure('the order it gives back was not paid.');
    const path = `/v1/payments/${payment.id}/refunds`;
    const reason = refundReason(planned);
    const made = payment.refundedAmount > 0 ? await api.all<Refund>(`${path}?`) : [];
    const earlier = made.find((refund) => refund.reason === reason && refund.status !== 'failed');
    const given = earlier ?? (await api.post<Refund>(path, { amount, reason }, `replay-refund-${name}`));
    await settled(api, `/v1/refunds/${given.id}`, given, ['succeeded']);
    return earlier === undefined;
  });
}

/** Waits for what the provider has not answered yet, up to a minute. */
async function settled<T extends { status: string }>(
  api: ApiClient,
  path: string,
  first: T,
  good: readonly string[],
): Promise<T> {
  let current = first;
  for (let tries = 0; ['processing', 'pending'].includes(current.status) && tries < 60; tries += 1) {
    await sleep(1000, undefined, { signal: api.signal });
    current = await api.get<T>(path);
  }
  if (good.includes(current.status)) return current;
  throw new ReplayFailure(`${path} is ${current.status}. Read it there, then run this again.`);
}

/** Names the invoice in whatever goes wrong with it. */
async function about<T>(subject: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ReplayFailure) throw new ReplayFailure(`${subject}: ${error.message}`);
    throw error;
  }
}
