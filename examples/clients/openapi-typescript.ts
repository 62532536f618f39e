import { randomUUID } from 'node:crypto';
import createClient from 'openapi-fetch';
import type { paths } from './openapi-typescript/api.js';

type Till = ReturnType<typeof createClient<paths>>;

const clientOf = (baseUrl: string, token: string): Till =>
  createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${token}` } });

/** Buys, pays, refunds a part, and reads a list page by page. */
export async function run(baseUrl: string, customer: string, finance: string) {
  const [shop, office] = [clientOf(baseUrl, customer), clientOf(baseUrl, finance)];
  const skus = await allSkus(shop);
  const { data: products } = await shop.GET('/v1/products', { params: { query: { limit: 1 } } });
  const lines = [{ productId: products!.data[0]!.id, quantity: 2 }];
  const { data: order, error } = await shop.POST('/v1/orders', { params: { header: newKey() }, body: { lines } });
  if (error) throw new Error(`${error.code}: ${error.detail}`);
  const path = { id: order.id };
  const body = { paymentMethod: 'pm_ok' };
  const { data: payment } = await shop.POST('/v1/orders/{id}/payments', { params: { path, header: newKey() }, body });
  const { data: refund } = await office.POST('/v1/payments/{id}/refunds', {
    params: { path: { id: payment!.id }, header: newKey() },
    body: { amount: 100, reason: 'a scratch' },
  });
  return { payment: payment!.status, refunded: refund!.amount, skus };
}

const newKey = () => ({ 'Idempotency-Key': randomUUID() });

async function allSkus(shop: Till): Promise<string[]> {
  const skus: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const query = { limit: 2, ...(cursor !== undefined && { cursor }) };
    const { data: page } = await shop.GET('/v1/products', { params: { query } });
    skus.push(...page!.data.map(({ sku }) => sku));
    cursor = page!.nextCursor;
  }
  return skus;
}
