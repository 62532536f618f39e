import { randomUUID } from 'node:crypto';
import { CatalogueApi, Configuration, OrdersApi, PaymentsApi } from './typescript-fetch/index.js';

/** Buys, pays, refunds a part, and reads a list page by page. */
export async function run(basePath: string, customer: string, finance: string) {
  const [shop, office] = [customer, finance].map((accessToken) => new Configuration({ basePath, accessToken }));
  const catalog = new CatalogueApi(shop);
  const skus = await allSkus(catalog);
  const products = await catalog.listProducts({ limit: 1 });
  const lines = [{ productId: products.data[0]!.id, quantity: 2 }];
  const order = await new OrdersApi(shop).placeOrder({ idempotencyKey: randomUUID(), placeOrderDto: { lines } });
  const createPaymentDto = { paymentMethod: 'pm_ok' };
  const payments = new PaymentsApi(shop);
  const payment = await payments.payOrder({ id: order.id, idempotencyKey: randomUUID(), createPaymentDto });
  const createRefundDto = { amount: 100, reason: 'a scratch' };
  const money = new PaymentsApi(office);
  const refund = await money.refundPayment({ id: payment.id, idempotencyKey: randomUUID(), createRefundDto });
  return { payment: payment.status, refunded: refund.amount, skus };
}

async function allSkus(catalog: CatalogueApi): Promise<string[]> {
  const skus: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await catalog.listProducts({ limit: 2, ...(cursor !== undefined && { cursor }) });
    skus.push(...page.data.map(({ sku }) => sku));
    cursor = page.nextCursor;
  }
  return skus;
}
