export interface RetryOptions {
  /** How many times a request is sent again; 4 by default. */
  readonly retries?: number | undefined;
  /** The longest wait before a request is sent again, in milliseconds; 30,000 by default. A longer `Retry-After` is left to the caller. */
  readonly maxWaitMs?: number | undefined;
}

type Fetch = (request: Request) => Promise<Response>;

/** The first wait without a `Retry-After`, in milliseconds; each further one is up to twice as long. */
const FIRST_WAIT_MS = 200;
/** Statuses of Till, or of a proxy before it, after which the same request may succeed. */
const PASSING = new Set([502, 503, 504]);

/**
 * Returns a `fetch` that sends a request again where that is safe: one that only reads, or that has an `Idempotency-Key` and so has one effect,
 * after a broken connection, 502, 503 or 504, and after 409 `idempotency_key_in_use`; and any request that was refused before anything was done
 * (429, 503 `overloaded`). It waits for the time in `Retry-After`, otherwise for a random time that grows.
 */
export function retrying(fetch: Fetch, { retries = 4, maxWaitMs = 30_000 }: RetryOptions = {}): Fetch {
  return async (request) => {
    for (let sent = 0; ; sent += 1) {
      const isLast = sent >= retries;
      // The body of a request can be read once.
      const copy = isLast ? request : request.clone();
      const outcome = await fetch(copy).catch((error: unknown) => ({ error }));
      const waitMs = isLast ? undefined : await waitAfter(request, outcome, sent);
      if (waitMs !== undefined && waitMs <= maxWaitMs) {
        if (outcome instanceof Response) await outcome.body?.cancel();
        await pause(waitMs, request.signal);
      } else if (outcome instanceof Response) {
        return outcome;
      } else {
        throw outcome.error;
      }
    }
  };
}

/** How long to wait before the request is sent again; undefined if it must not be. */
async function waitAfter(
  request: Request,
  outcome: Response | { readonly error: unknown },
  sent: number,
): Promise<number | undefined> {
  const growing = Math.random() * FIRST_WAIT_MS * 2 ** sent;
  if (!(outcome instanceof Response)) return isRepeatable(request) && !request.signal.aborted ? growing : undefined;
  return (await isPassing(request, outcome)) ? (retryAfterMs(outcome) ?? growing) : undefined;
}

async function isPassing(request: Request, response: Response): Promise<boolean> {
  if (response.status === 429) return true;
  if (response.status === 409) return (await codeOf(response)) === 'idempotency_key_in_use';
  if (!PASSING.has(response.status)) return false;
  return isRepeatable(request) || (await codeOf(response)) === 'overloaded';
}

function isRepeatable({ method, headers }: Request): boolean {
  return method === 'GET' || method === 'HEAD' || headers.has('idempotency-key');
}

async function codeOf(response: Response): Promise<unknown> {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  return (body as { code?: unknown } | undefined)?.code;
}

/** RFC 9110, section 10.2.3: seconds, or a date. */
function retryAfterMs({ headers }: Response): number | undefined {
  const text = headers.get('retry-after');
  if (text === null) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** Waits. @throws the reason of the signal */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
