import { decodeId, encodeId } from '../../src/shared/ids.js';
import type { Answer, Call } from './client.js';
import { ANYTHING, type RequestCommand } from './commands.js';
import { atMostLeft } from './ordering.js';
import { capturable, refundable } from './paying.js';
import { leftOf, partsOf } from './named.js';
import { type Extras, priced } from './pricing.js';
import { type Made, orderOf, paymentOf, type Prices, type Request } from './request.js';
import type { Setting } from './setting.js';
import type { Person } from './till.js';
import type { OrderState, PaymentState, World } from './world.js';

/** Turns commands into requests for the things that are there, and those into calls of the api. */
export class Aim {
  private readonly customers: readonly Person[];
  private readonly staff: Person;
  private readonly second: Person;
  private readonly prices: Prices;

  constructor(
    { customers, staff, second, prices }: Pick<Setting, 'customers' | 'staff' | 'second' | 'prices'>,
    /** Makes a name that nothing has. */
    private readonly name: () => string,
  ) {
    [this.customers, this.staff, this.second, this.prices] = [customers, staff, second, prices];
  }

  /** What a command asks for, of the things that are there. */
  at(world: World, command: RequestCommand): Request | undefined {
    switch (command.do) {
      case 'place': {
        const products = Object.keys(this.prices);
        const lines = command.lines.map(({ product, quantity }) => ({ product: products[product]!, quantity }));
        const { pays } = command;
        const { extras, total } = this.costs(lines, command.extras ?? null);
        return {
          do: 'place',
          customer: this.customers[command.customer]!.uuid,
          lines,
          extras,
          pays: pays && { method: pays.method, amount: amountOf(pays.part, total) },
        };
      }
      case 'pay': {
        const order = choose(
          world.orders,
          command.order,
          ({ status, total, authorized }) => isOpen(status) && authorized < total,
        );
        if (!order) return undefined;
        const amount = amountOf(command.part, order.total - order.authorized);
        const capture = command.method === 'store_credit' ? 'automatic' : command.capture;
        return { do: 'pay', order: order.id, method: command.method, capture, amount };
      }
      case 'capture':
      case 'refund': {
        const left = command.do === 'refund' ? refundable : capturable;
        const payment = choose(world.payments, command.payment, (one) => left(one) > 0);
        if (!payment) return undefined;
        const wanted = command.do === 'refund' && command.pieces;
        const pieces = wanted && fitting(world, payment, wanted, command.payment === ANYTHING);
        if (pieces) return { do: 'refund', payment: payment.id, amount: null, pieces };
        return { do: command.do, payment: payment.id, amount: amountOf(command.part, left(payment)) };
      }
      case 'void': {
        const payment = choose(world.payments, command.payment, (one) => capturable(one) > 0);
        return payment && { do: 'void', payment: payment.id };
      }
      case 'retry': {
        const refund = choose(world.refunds, command.refund, ({ status }) => status === 'failed');
        return refund && { do: 'retry', refund: refund.id, payment: refund.payment };
      }
      case 'ask': {
        const payment = choose(world.payments, command.payment, (one) => refundable(one) > 0);
        return payment && { do: 'ask', payment: payment.id, amount: amountOf(command.part, refundable(payment)) };
      }
      case 'approve':
      case 'reject': {
        const approval = choose(world.approvals, command.approval, ({ status }) => status === 'pending');
        return approval && { do: command.do, approval: approval.id, payment: approval.payment, order: approval.order };
      }
      case 'cancel':
      case 'askToCancel': {
        const order = choose(world.orders, command.order, ({ status }) => isOpen(status));
        return order && { do: command.do, order: order.id, pieces: piecesOf(order, command.pieces) };
      }
      case 'fulfil': {
        const { inSpite } = command;
        const fits = inSpite && world.orders.some(isContested) ? isContested : isConfirmed;
        const order = choose(world.orders, command.order, fits);
        return order && { do: 'fulfil', order: order.id, pieces: piecesOf(order, command.pieces), inSpite };
      }
    }
  }

  /** What lines cost with what staff add to them; a discount that leaves nothing to pay is left out. */
  private costs(lines: readonly { product: string; quantity: number }[], wanted: Extras | null) {
    const none = { discount: null, charges: [], abroad: false };
    const goods = lines.map(({ product, quantity }) => ({ ...this.prices[product]!, quantity }));
    const totalOf = (extras: Extras | null) => {
      const costs = priced(goods, extras ?? none);
      return [...costs.lines, ...costs.charges].reduce((sum, gross) => sum + gross, 0);
    };
    const extras = wanted && totalOf(wanted) === 0 ? { ...wanted, discount: null } : wanted;
    return { extras, total: totalOf(extras) };
  }

  /** The request as it goes to the api, under a key of its own. */
  call(world: World, request: Request): Call {
    const order = 'order' in request && request.order ? encodeId('ord', request.order as never) : '';
    const payment =
      'payment' in request && request.payment ? `/v1/payments/${encodeId('pay', request.payment as never)}` : '';
    const call = (path: string, body: object, { token } = this.staff) => ({ path, body, token, key: this.name() });
    switch (request.do) {
      case 'place': {
        const lines = request.lines.map(({ product, quantity }) => ({
          productId: encodeId('prd', product as never),
          quantity,
        }));
        const customer = this.customers.find(({ uuid }) => uuid === request.customer)!;
        const body = { lines, ...(request.pays && { payment: paymentBody(request.pays) }) };
        if (!request.extras) return call('/v1/orders', body, customer);
        return call('/v1/orders', { ...body, customerId: customer.id, ...extrasBody(request.extras) });
      }
      case 'pay': {
        return call(`/v1/orders/${order}/payments`, { capture: request.capture, ...paymentBody(request) });
      }
      case 'capture':
        return call(`${payment}/captures`, withAmount({}, request.amount));
      case 'refund':
        return call(`${payment}/refunds`, request.pieces ? piecesBody(world, request) : withAmount({}, request.amount));
      case 'void':
        return call(`${payment}/cancellation`, {});
      case 'retry':
        return call(`/v1/refunds/${encodeId('rfd', request.refund as never)}/retries`, {});
      case 'ask':
        return call(
          '/v1/approvals',
          withAmount({ paymentId: encodeId('pay', request.payment as never) }, request.amount),
        );
      case 'approve':
      case 'reject': {
        const path = `/v1/approvals/${encodeId('apr', request.approval as never)}/decision`;
        return call(path, { decision: request.do }, this.second);
      }
      case 'cancel':
      case 'askToCancel':
      case 'fulfil': {
        const path = `/v1/orders/${order}/${paths[request.do]}`;
        const override = request.do === 'fulfil' && request.inSpite ? { overrideDispute: true } : {};
        if (request.pieces === null) return call(path, override);
        const { lines: all } = world.orders.find(({ id }) => id === request.order)!;
        const { pieces } = request;
        const lines = all.map(({ id }, n) => ({ lineId: encodeId('lin', id as never), quantity: pieces[n]! }));
        return call(path, { lines: lines.filter(({ quantity }) => quantity > 0), ...override });
      }
    }
  }
}

const paths = { cancel: 'cancellation', askToCancel: 'cancellation-requests', fulfil: 'fulfillments' } as const;

const isConfirmed = ({ status }: OrderState) => status === 'confirmed';
const isContested = (order: OrderState) => isConfirmed(order) && order.disputed + order.chargedBack > 0;

/** So many of each line as are left of it now; null, for all that is left, where they come to nothing. */
function piecesOf(order: OrderState, pieces: readonly number[] | null): readonly number[] | null {
  const fitting = pieces && atMostLeft(order, pieces);
  return fitting?.some((count) => count > 0) ? fitting : null;
}

const isOpen = (status: string) => status === 'pending' || status === 'confirmed';

/** Mostly something that fits, where there is such a thing; the last of all numbers may take anything. */
function choose<T>(all: readonly T[], which: number, fits: (one: T) => boolean): T | undefined {
  const fitting = which === ANYTHING ? [] : all.filter(fits);
  const from = fitting.length > 0 ? fitting : all;
  return from.at(-1 - (which % Math.max(1, from.length)));
}

/** So many pieces of each line and charge as can be refunded now, or as were asked for; undefined where they come to nothing. */
function fitting(
  world: World,
  payment: PaymentState,
  wanted: readonly number[],
  all: boolean,
): readonly number[] | undefined {
  const order = orderOf(world, payment.order);
  const pieces = partsOf(order).map((part, n) => {
    const left = part.quantity - part.cancelled - leftOf(part, order.named).pieces;
    const count = wanted[n % wanted.length]!;
    return all ? Math.min(count, part.product === '' ? 1 : count) : Math.min(left, count);
  });
  return pieces.some((count) => count > 0) ? pieces : undefined;
}

function piecesBody(world: World, { payment, pieces = [] }: Request & { do: 'refund' | 'capture' }): object {
  const { lines, charges } = orderOf(world, paymentOf(world, payment).order);
  const named = lines
    .map(({ id }, n) => ({ lineId: encodeId('lin', id as never), quantity: pieces[n]! }))
    .filter(({ quantity }) => quantity > 0);
  const whole = charges.filter((_, n) => pieces[lines.length + n]! > 0);
  return {
    ...(named.length > 0 && { lines: named }),
    ...(whole.length > 0 && { charges: whole.map(({ id }) => ({ chargeId: encodeId('chg', id as never) })) }),
  };
}

function extrasBody({ discount, charges, abroad }: Extras): object {
  const off =
    discount && ('percent' in discount ? { percentage: String(discount.percent) } : { amount: discount.amount });
  return {
    ...(charges.length > 0 && { charges: charges.map((amount) => ({ kind: 'fee', name: 'Fee', amount })) }),
    ...(off && { discounts: [{ name: 'Sorry', reason: 'a run', ...off }] }),
    ...(abroad && { shippingAddress: { country: 'CH' } }),
  };
}

function paymentBody({ method, amount }: { method: string; amount: number | null }): object {
  const credit = method === 'store_credit' ? { provider: method } : {};
  return withAmount({ paymentMethod: method, ...credit }, amount);
}

const withAmount = (body: object, amount: number | null) => (amount === null ? body : { ...body, amount });

/** So many per cent of what there is, at least 1; all that is left when null. */
function amountOf(part: number | null, of: number): number | null {
  return part === null ? null : Math.max(1, Math.floor((of * part) / 100));
}

/** The ids of what a request made, for the database. */
export function madeBy({ do: kind }: Request, { body }: Answer): Made {
  const prefix = ({ place: 'ord', pay: 'pay', ask: 'apr', askToCancel: 'apr' } as const)[kind as string];
  return {
    made: prefix ? decodeId(prefix, body.id!)! : '',
    paid: body.payment ? decodeId('pay', body.payment.id)! : '',
  };
}
