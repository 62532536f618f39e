import { createTill, ok, type components } from '@till/client';

type Order = components['schemas']['OrderView'];

/** Keeps a copy of all orders up to date: calls `store` with each that changed since the last round, and returns where the next one begins. */
export async function sync(
  { baseUrl, apiKey }: { baseUrl: string; apiKey: string },
  since: string,
  store: (order: Order) => void,
): Promise<string> {
  const till = createTill({ baseUrl, apiKey });
  let page = await ok(till.GET('/v1/orders', { params: { query: { updatedSince: since } } }));
  for (const order of page.data) store(order);
  while (page.nextCursor !== null) {
    const query = { updatedSince: since, cursor: page.nextCursor };
    page = await ok(till.GET('/v1/orders', { params: { query } }));
    for (const order of page.data) store(order);
  }
  return page.syncedUntil!;
}
