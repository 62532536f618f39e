import { createTill, ok } from '@till/client';

/** Places an order of one piece of the cheapest product, and pays it in the same request. */
export async function buy(baseUrl: string, credentials: { email: string; password: string }) {
  const till = createTill({ baseUrl });
  await till.signIn(credentials);
  const query = { sort: 'price', currency: 'EUR', limit: 1 } as const;
  const { data } = await ok(till.GET('/v1/products', { params: { query } }));
  const lines = [{ productId: data[0]!.id, quantity: 1 }];
  const shippingAddress = { country: 'DE' };
  const body = { lines, shippingAddress, payment: { paymentMethod: 'pm_ok' } };
  return await ok(till.POST('/v1/orders', { body }));
}
