import { randomInt, randomUUID } from 'node:crypto';
import type { Answer, HttpConnection } from './http-connection.js';

/** One client at work. */
export interface Client {
  readonly connection: HttpConnection;
  readonly token: string;
  readonly productIds: readonly string[];
  /** What each order has beside its lines. */
  readonly terms?: object | undefined;
}

/** Does one thing; answers the moments at which its steps began, and at which the last one ended. */
type Scenario = (client: Client) => Promise<readonly number[]>;

/** What a client does over and over. */
export interface Task {
  /** Names of the steps, where there are several. */
  readonly steps: readonly string[];
  readonly run: Scenario;
}

export const tasks = {
  'paid-orders': { steps: ['placing', 'paying'], run: placeAndPay },
  'one-request-orders': { steps: [], run: checkOut },
  'product-pages': { steps: [], run: readProduct },
  'signed-in-product-pages': { steps: [], run: readProductSignedIn },
  'product-lists': { steps: [], run: listProducts },
} as const satisfies Record<string, Task>;

export type TaskName = keyof typeof tasks;

/** An answer that was not the one that was wanted. */
export class WrongAnswer extends Error {}

const payment = { paymentMethod: 'pm_ok' };
const PAYMENT = JSON.stringify(payment);

async function placeAndPay({ connection, token, productIds, terms }: Client): Promise<readonly number[]> {
  const body = JSON.stringify({ lines: twoLines(productIds), ...terms });
  const began = performance.now();
  const order = await connection.post('/v1/orders', body, token, randomUUID());
  const placed = performance.now();
  expectStatus('POST /v1/orders', order, 201);
  const { id } = JSON.parse(order.body) as { id: string };
  const paid = await connection.post(`/v1/orders/${id}/payments`, PAYMENT, token, randomUUID());
  expectCaptured('POST /v1/orders/:id/payments', paid);
  return [began, placed, performance.now()];
}

async function checkOut({ connection, token, productIds }: Client): Promise<readonly number[]> {
  const body = JSON.stringify({ lines: twoLines(productIds), payment });
  const began = performance.now();
  const paid = await connection.post('/v1/orders', body, token, randomUUID());
  expectCaptured('POST /v1/orders', paid);
  return [began, performance.now()];
}

async function readProduct({ connection, productIds }: Client): Promise<readonly number[]> {
  const began = performance.now();
  const page = await connection.get(`/v1/products/${productIds[randomInt(productIds.length)]}`);
  expectStatus('GET /v1/products/:id', page, 200);
  return [began, performance.now()];
}

async function readProductSignedIn({ connection, productIds, token }: Client): Promise<readonly number[]> {
  const began = performance.now();
  const page = await connection.get(`/v1/products/${productIds[randomInt(productIds.length)]}`, token);
  expectStatus('GET /v1/products/:id', page, 200);
  return [began, performance.now()];
}

async function listProducts({ connection }: Client): Promise<readonly number[]> {
  const began = performance.now();
  expectStatus('GET /v1/products', await connection.get('/v1/products?limit=20'), 200);
  return [began, performance.now()];
}

/** Two different products, one piece and two; of an even number of products, one has an even place and one an odd one. */
export function twoLines(productIds: readonly string[]) {
  const first = randomInt(productIds.length);
  const second = (first + 1 + 2 * randomInt(Math.floor(productIds.length / 2))) % productIds.length;
  return [
    { productId: productIds[first], quantity: 1 },
    { productId: productIds[second], quantity: 2 },
  ];
}

function expectCaptured(request: string, answer: Answer): void {
  expectStatus(request, answer, 201);
  if (!answer.body.includes('"status":"captured"')) throw new WrongAnswer(`A payment was not captured: ${answer.body}`);
}

function expectStatus(request: string, { status, body }: Answer, wanted: number): void {
  if (status === wanted) return;
  throw new WrongAnswer(`${request} answered ${status} ${/"code":"(\w+)"/.exec(body)?.[1] ?? body.slice(0, 200)}`);
}
