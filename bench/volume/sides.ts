import { randomUUID } from 'node:crypto';
import { HttpConnection } from '../load/http-connection.js';
import { twoLines } from '../load/scenarios.js';

/** One of the two databases that are compared, behind an api of its own. */
export interface Side {
  readonly connection: HttpConnection;
  readonly productIds: readonly string[];
}

/** Places an order; answers its id. @throws Error when it is refused */
export async function place({ connection, productIds }: Side, token: string): Promise<string> {
  const body = JSON.stringify({ lines: twoLines(productIds) });
  const answer = await connection.post('/v1/orders', body, token, randomUUID());
  return (parse('POST /v1/orders', answer, 201) as { id: string }).id;
}

export async function pay({ connection }: Side, token: string, orderId: string): Promise<void> {
  const path = `/v1/orders/${orderId}/payments`;
  const answer = await connection.post(path, JSON.stringify({ paymentMethod: 'pm_ok' }), token, randomUUID());
  parse(`POST ${path}`, answer, 201);
}

export const PAGE_SIZE = 20;

/** Reads a full page of a list; answers the cursor of the next one. @throws Error when it is not full */
export async function readPage({ connection }: Side, token: string, path: string): Promise<string | null> {
  const answer = await connection.get(path, token);
  const page = parse(`GET ${path}`, answer, 200) as { data: unknown[]; nextCursor: string | null };
  if (page.data.length !== PAGE_SIZE) throw new Error(`GET ${path} has ${page.data.length} rows, not ${PAGE_SIZE}.`);
  return page.nextCursor;
}

export function pagePath(list: string, cursor: string | null): string {
  return `${list}?limit=${PAGE_SIZE}${cursor === null ? '' : `&cursor=${cursor}`}`;
}

/** Walks a list to the page of that number (1 is the first); answers its path. @throws Error when it ends before */
export async function walkTo(side: Side, token: string, list: string, page: number): Promise<string> {
  let cursor: string | null = null;
  for (let number = 1; number < page; number += 1) {
    cursor = await readPage(side, token, pagePath(list, cursor));
    if (cursor === null) throw new Error(`GET ${list} ends at page ${number}; page ${page} was wanted.`);
  }
  return pagePath(list, cursor);
}

function parse(request: string, { status, body }: { status: number; body: string }, wanted: number): unknown {
  if (status !== wanted) throw new Error(`${request} answered ${status}: ${body.slice(0, 500)}`);
  return JSON.parse(body);
}
