import { setTimeout as delay } from 'node:timers/promises';
import { HttpConnection } from '../load/http-connection.js';

/** How long a shop may be unavailable at its first request, and how often that is asked again, in milliseconds. */
const PATIENCE_MS = 30_000;
const REPEAT_MS = 500;

/** Repeats what a busy machine refuses for a while, as clients do. */
export async function firstRequest(url: string, host: string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const connection = await HttpConnection.open(url, host);
    const { status } = await connection.get('/v1/products');
    connection.close();
    if (status === 200) return;
    if (status !== 503 || performance.now() > end) {
      throw new Error(`The first request of ${host} was answered ${status}.`);
    }
    await delay(REPEAT_MS);
  }
}
