/**
 * The tour with the typed client: places an order, pays it, refunds a part, and proves the books.
 * `npm start` in another terminal, `npm run client`, then `npx tsx examples/tour.ts`; TILL is the address if it is another one.
 */
import { createTill, ok, pages, type Till } from '../packages/client/dist/index.js';

const baseUrl = process.env['TILL'] ?? 'http://127.0.0.1:3000';

/** The demo's logins have their role as their name. */
async function signedIn(name: string): Promise<Till> {
  const till = createTill({ baseUrl });
  await till.signIn({ email: `${name}@till.example`, password: `${name}-demo-password` });
  return till;
}

const customer = await signedIn('customer');
const query = { q: 'mug', sort: 'price', currency: 'EUR', limit: 1 } as const;
const { data: products } = await ok(customer.GET('/v1/products', { params: { query } }));
const lines = [{ productId: products[0]!.id, quantity: 2 }];
const shippingAddress = { country: 'DE' };
const order = await ok(
  customer.POST('/v1/orders', { body: { lines, shippingAddress, payment: { paymentMethod: 'pm_ok' } } }),
);
console.log(
  `Order ${order.number} is ${order.status} and ${order.paymentStatus}: ${order.total} ${order.currency} in minor units.`,
);

const finance = await signedIn('finance');
const refund = await ok(
  finance.POST('/v1/payments/{id}/refunds', {
    params: { path: { id: order.payment!.id } },
    body: { amount: 100, reason: 'a scratch' },
  }),
);
console.log(`The refund of ${refund.amount} has ${refund.status}.`);

const params = { path: { id: order.id } };
const timeline = pages((cursor) =>
  finance.GET('/v1/orders/{id}/timeline', { params: { ...params, query: { ...cursor } } }),
);
const happened: string[] = [];
for await (const { type } of timeline) happened.unshift(type); // the newest comes first
console.log(happened.map((type) => `  ${type}`).join('\n'));

const { balanced } = await ok(finance.GET('/v1/ledger/proof'));
console.log(`Orders, payments, stock and ledger agree: ${balanced}.`);
