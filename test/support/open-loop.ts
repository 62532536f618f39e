import { setTimeout as delay } from 'node:timers/promises';

/** What became of one request. */
export interface Sent<S> {
  readonly shop: S;
  /** 0 where there was no answer. */
  readonly status: number;
  readonly retryAfter: string | null;
  readonly id: string;
  /** Of the problem, where it was refused. */
  readonly code: string;
  /** When it was sent, and when it was answered, by `performance.now()`. */
  readonly at: number;
  readonly endedAt: number;
}

type Buy = () => Promise<{ status: number; headers: Headers; body: { id: string; code?: string } }>;
export type Load<S> = ReturnType<typeof openLoop<S>>;

/** Sends so many requests a second, to each of the shops in turn, whether or not those before have been answered. */
export function openLoop<S>(shops: ReadonlyMap<S, Buy>, perSecond: number) {
  const sent: Sent<S>[] = [];
  const running = new Set<Promise<void>>();
  const slugs = [...shops.keys()];
  const over = new AbortController();
  const send = async (shop: S): Promise<void> => {
    const at = performance.now();
    const answer = await shops.get(shop)!().catch(() => undefined);
    sent.push({
      shop,
      at,
      endedAt: performance.now(),
      status: answer?.status ?? 0,
      retryAfter: answer?.headers.get('retry-after') ?? null,
      id: answer?.body.id ?? '',
      code: answer?.body.code ?? '',
    });
  };
  const sending = (async () => {
    const began = performance.now();
    for (let count = 0; !over.signal.aborted; count += 1) {
      await delay(Math.max(0, began + (count * 1000) / perSecond - performance.now()));
      const one = send(slugs[count % slugs.length]!).finally(() => running.delete(one));
      running.add(one);
    }
  })();
  const of = (shop: S) => sent.filter((one) => one.shop === shop);
  const failures = (shop: S) => of(shop).filter(({ status }) => status !== 201);

  /** The longest time, in milliseconds, in which requests of a shop failed and none succeeded. */
  const longestFailureMs = (shop: S): number => {
    let longest = 0;
    let since: number | undefined;
    for (const { status, endedAt } of of(shop)) {
      since = status === 201 ? undefined : (since ?? endedAt);
      if (since !== undefined) longest = Math.max(longest, endedAt - since);
    }
    return longest;
  };

  return {
    failures,
    longestFailureMs,
    acknowledged: (shop: S) => of(shop).flatMap(({ status, id }) => (status === 201 ? id : [])),
    /** Stops sending, and waits for all answers. */
    end: async () => {
      over.abort();
      await sending;
      await Promise.all(running);
    },
    /** The figures of each shop. */
    summary: () =>
      Object.fromEntries(
        slugs.map((shop) => {
          const took = of(shop).map(({ at, endedAt }) => endedAt - at);
          const statuses = failures(shop).map(({ status, code }) => `${status} ${code}`);
          const slowestFailure = Math.round(Math.max(0, ...failures(shop).map(({ at, endedAt }) => endedAt - at)));
          const figures = {
            requests: took.length,
            failed: statuses.length,
            statuses: [...new Set(statuses)],
            slowestFailure,
          };
          return [
            shop,
            {
              ...figures,
              slowest: Math.round(Math.max(0, ...took)),
              longestFailureMs: Math.round(longestFailureMs(shop)),
            },
          ];
        }),
      ),
  };
}
