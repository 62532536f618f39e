import { createTill, ok, TillProblem } from '@till/client';

/** Refunds a part of the first payment of an order, as a machine with an API key. Returns undefined where nothing is left to refund. */
export async function refund(baseUrl: string, apiKey: string, orderId: string, amount: number) {
  const till = createTill({ baseUrl, apiKey });
  const payments = await ok(till.GET('/v1/orders/{id}/payments', { params: { path: { id: orderId } } }));
  try {
    const path = { id: payments.data[0]!.id };
    return await ok(till.POST('/v1/payments/{id}/refunds', { params: { path }, body: { amount } }));
  } catch (error) {
    if (error instanceof TillProblem && error.code === 'amount_too_large') return undefined;
    throw error;
  }
}
