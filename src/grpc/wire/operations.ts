import type { Members } from './schema.js';

/** The operation of the API that a call is. */
export interface Operation {
  readonly method: 'GET' | 'POST';
  /** With members of the request in braces; the others are the query or the body. */
  readonly path: string;
  /** Makes the response of the call from the body that the operation sends. */
  readonly answer: (body: Members) => Members;
}

const get = (path: string, answer: Operation['answer']): Operation => ({ method: 'GET', path, answer });
const pageOf =
  (name: string) =>
  ({ data, ...page }: Members) => ({ [name]: data, ...page });

/** By service and method. A call does what its operation does, and nothing else. */
export const OPERATIONS: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  'till.v1.OrderService': {
    GetOrder: get('/v1/orders/{id}', (order) => ({ order })),
    ListOrders: get('/v1/orders', pageOf('orders')),
    PlaceOrder: { method: 'POST', path: '/v1/orders', answer: ({ payment, ...order }) => ({ order, payment }) },
  },
  'till.v1.PaymentService': {
    GetPayment: get('/v1/payments/{id}', (payment) => ({ payment })),
    ListPayments: get('/v1/payments', pageOf('payments')),
    ListOrderPayments: get('/v1/orders/{orderId}/payments', pageOf('payments')),
  },
};
