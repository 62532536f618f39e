import { createTill, ok, TillProblem } from '@till/client';

/** Lowers a price by a share, and does it again if somebody else changed the product meanwhile. */
export async function discount(baseUrl: string, apiKey: string, id: string, share: number): Promise<number> {
  const till = createTill({ baseUrl, apiKey });
  for (;;) {
    const read = await till.GET('/v1/products/{id}', { params: { path: { id } } });
    const { price } = await ok(read);
    const body = { price: { ...price, amount: Math.round(price.amount * (1 - share)) } };
    const header = { 'If-Match': read.response.headers.get('etag')! };
    try {
      const changed = await ok(till.PATCH('/v1/products/{id}', { params: { path: { id }, header }, body }));
      return changed.price.amount;
    } catch (error) {
      if (!(error instanceof TillProblem && error.code === 'precondition_failed')) throw error;
    }
  }
}
