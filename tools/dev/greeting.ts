import type { Facts } from './demo-file.js';

/** What `npm start` prints when all is up. */
export function greeting(demo: Facts, mailDirectory: string): string {
  const width = Math.max(...demo.logins.map(({ email }) => email.length));
  const logins = demo.logins.map(({ email, password }) => `  ${email.padEnd(width)}  ${password}`);
  return [
    '',
    `Till is up:  ${demo.baseUrl}`,
    `API docs:    ${demo.baseUrl}/docs`,
    `Metrics:     ${demo.adminUrl}/metrics, ${demo.workerUrl}/metrics`,
    '',
    'Logins',
    ...logins,
    '',
    'Place and pay an order (paste into a shell):',
    '',
    tour(demo, mailDirectory),
    '',
    'Ctrl-C stops everything.',
  ].join('\n');
}

/** For any POSIX shell with curl and Node: reads JSON with Node, so that nothing else is needed. */
export function tour({ baseUrl, logins }: Facts, mailDirectory: string): string {
  const { customer, finance } = Object.fromEntries(logins.map((login) => [login.role, login]));
  const json = `-H 'content-type: application/json'`;
  const key = `-H "idempotency-key: $(node -p 'crypto.randomUUID()')"`;
  const login = (it = customer) => JSON.stringify({ email: it?.email, password: it?.password });
  return `
till=${baseUrl}
field() { node -pe "JSON.parse(fs.readFileSync(0))$1"; }
customer=$(curl -s $till/v1/auth/login ${json} -d '${login()}' | field .accessToken)
products=$(curl -sg "$till/v1/products?attributes[kind]=mug&limit=2" -H "authorization: Bearer $customer")
first=$(printf %s "$products" | field '.data[0].id'); second=$(printf %s "$products" | field '.data[1].id')
order=$(curl -s $till/v1/orders -H "authorization: Bearer $customer" ${key} ${json} -d '{"lines":[{"productId":"'$first'","quantity":1},{"productId":"'$second'","quantity":2}],"shippingAddress":{"country":"DE"}}' | field .id)
curl -s $till/v1/orders/$order/payments -H "authorization: Bearer $customer" ${key} ${json} -d '{"paymentMethod":"pm_ok"}'; echo
curl -s $till/v1/orders/$order -H "authorization: Bearer $customer"; echo
finance=$(curl -s $till/v1/auth/login ${json} -d '${login(finance)}' | field .accessToken)
curl -s $till/v1/ledger/proof -H "authorization: Bearer $finance"; echo
sleep 2; ls "${mailDirectory}"
`.trim();
}
