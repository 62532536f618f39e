import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from './http-client.js';

/**
 * Sends a request again, as a client with a key does, until it is answered: after a broken connection, a 503, or a 409
 * that says that the first one still runs. The test's own time limit ends it.
 */
export async function insist<T>(send: () => Promise<Answer<T>>): Promise<Answer<T>> {
  for (;;) {
    const answer = await send().catch((error: unknown) => {
      if (!(error instanceof TypeError)) throw error; // what fetch throws when there is no answer
    });
    if (answer && !isUndecided(answer)) return answer;
    await delay(50);
  }
}

function isUndecided({ status, body }: Answer<unknown>): boolean {
  return status === 503 || (body as { code?: string }).code === 'idempotency_key_in_use';
}
