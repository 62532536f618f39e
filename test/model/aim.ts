import { randomUUID } from 'node:crypto';
import { decodeId, encodeId } from '../../src/shared/ids.js';
import type { Answer, Call } from './client.js';
import { ANYTHING, type RequestCommand } from './commands.js';
import { atMostLeft } from './ordering.js';
import { capturable, refundable } from './paying.js';
import type { Made, Prices, Request } from './request.js';
import type { Person } from './till.js';
import type { OrderState, World } from './world.js';

/** Turns commands into requests for the things that are there, and those into calls of the api. */
export class Aim {
  constructor(
    private readonly customers: readonly Person[],
    private readonly staff: Person,
    private readonly prices: Prices,
  ) {}

  /** What a command asks for, of the things that are there. */
  at(world: World, command: RequestCommand): Request | undefined {
    switch (command.do) {
      case 'place': {
        const products = Object.keys(this.prices);
        const lines = command.lines.map(({ product, quantity }) => ({ product: products[product]!, quantity }));
        const total = lines.reduce((sum, { product, quantity }) => sum + this.prices[product]! * quantity, 0);
        const { pays } = command;
        return {
          do: 'place',
          customer: this.customers[command.customer]!.uuid,
          lines,
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
        return payment && { do: command.do, payment: payment.id, amount: amountOf(command.part, left(payment)) };
      }
      case 'void': {
        const payment = choose(world.payments, command.payment, (one) => capturable(one) > 0);
        return payment && { do: 'void', payment: payment.id };
      }
      case 'cancel': {
        const order = choose(world.orders, command.order, ({ status }) => isOpen(status));
        return order && { do: 'cancel', order: order.id, pieces: piecesOf(order, command.pieces) };
      }
      case 'fulfil': {
        const { inSpite } = command;
        const fits = inSpite && world.orders.some(isContested) ? isContested : isConfirmed;
        const order = choose(world.orders, command.order, fits);
        return order && { do: 'fulfil', order: order.id, pieces: piecesOf(order, command.pieces), inSpite };
      }
    }
  }

  /** The request as it goes to the api, under a key of its own. */
  call(world: World, request: Request): Call {
    const order = 'order' in request ? encodeId('ord', request.order as never) : '';
    const payment = 'payment' in request ? `/v1/payments/${encodeId('pay', request.payment as never)}` : '';
    const call = (path: string, body: object, { token } = this.staff) => ({ path, body, token, key: randomUUID() });
    switch (request.do) {
      case 'place': {
        const lines = request.lines.map(({ product, quantity }) => ({
          productId: encodeId('prd', product as never),
          quantity,
        }));
        return call(
          '/v1/orders',
          { lines, ...(request.pays && { payment: paymentBody(request.pays) }) },
          this.customers.find(({ uuid }) => uuid === request.customer),
        );
      }
      case 'pay': {
        return call(`/v1/orders/${order}/payments`, { capture: request.capture, ...paymentBody(request) });
      }
      case 'capture':
        return call(`${payment}/captures`, withAmount({}, request.amount));
      case 'refund':
        return call(`${payment}/refunds`, withAmount({}, request.amount));
      case 'void':
        return call(`${payment}/cancellation`, {});
      case 'cancel':
      case 'fulfil': {
        const path = `/v1/orders/${order}/${request.do === 'cancel' ? 'cancellation' : 'fulfillments'}`;
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
  const prefix = kind === 'place' ? 'ord' : kind === 'pay' ? 'pay' : undefined;
  return {
    made: prefix ? decodeId(prefix, body.id!)! : '',
    paid: body.payment ? decodeId('pay', body.payment.id)! : '',
  };
}
