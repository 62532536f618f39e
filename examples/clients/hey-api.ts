import { randomUUID } from 'node:crypto';
import { type Client, createClient } from './hey-api/client/index.js';
import { listProducts, payOrder, placeOrder, refundPayment } from './hey-api/index.js';

const clientOf = (baseUrl: string, auth: string): Client => createClient({ baseUrl, auth });

/** Buys, pays, refunds a part, and reads a list page by page. */
export async function run(baseUrl: string, customer: string, finance: string) {
  const [client, office] = [clientOf(baseUrl, customer), clientOf(baseUrl, finance)];
  const skus = await allSkus(client);
  const { data: products } = await listProducts({ client, query: { limit: 1 } });
  const lines = [{ productId: products!.data[0]!.id, quantity: 2 }];
  const { data: order, error } = await placeOrder({ client, headers: newKey(), body: { lines } });
  if (error) throw new Error(`${error.code}: ${error.detail}`);
  const body = { paymentMethod: 'pm_ok' };
  const { data: payment } = await payOrder({ client, path: { id: order!.id }, headers: newKey(), body });
  const { data: refund } = await refundPayment({
    client: office,
    path: { id: payment!.id },
    headers: newKey(),
    body: { amount: 100, reason: 'a scratch' },
  });
  return { payment: payment!.status, refunded: refund!.amount, skus };
}

const newKey = () => ({ 'Idempotency-Key': randomUUID() });

async function allSkus(client: Client): Promise<string[]> {
  const skus: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const { data: page } = await listProducts({ client, query: { limit: 2, ...(cursor !== undefined && { cursor }) } });
    skus.push(...page!.data.map(({ sku }) => sku));
    cursor = page!.nextCursor;
  }
  return skus;
}
