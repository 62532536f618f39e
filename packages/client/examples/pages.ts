import { createTill, pages } from '@till/client';

/** Returns the numbers of all confirmed orders, reading page after page. */
export async function confirmedOrders(baseUrl: string, apiKey: string): Promise<number[]> {
  const till = createTill({ baseUrl, apiKey });
  const numbers: number[] = [];
  const read = (cursor: { readonly cursor?: string }) =>
    till.GET('/v1/orders', { params: { query: { status: 'confirmed', limit: 2, ...cursor } } });
  for await (const { number } of pages(read)) numbers.push(number);
  return numbers;
}
