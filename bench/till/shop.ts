import { Pool } from 'undici';
import { decodeId, encodeId, type ProductId } from '../../src/shared/ids.js';
import { withClient } from './database.js';

/** Somebody signed in. */
export interface Account {
  /** As the database has it. */
  readonly id: string;
  readonly token: string;
}

/** A catalogue and the people who buy from it. */
export interface Shop {
  readonly productIds: readonly string[];
  readonly customers: readonly Account[];
  /** Has every permission. */
  readonly admin: Account;
}

const STOCK = 1_000_000;
const PASSWORD = 'correct horse battery staple 1';
const AT_ONCE = 8;

/** Fills an empty shop over HTTP, by requests with these headers; only the first admin is made in the database. */
export async function openShop(
  apiUrl: string,
  databaseUrl: string,
  { products, clients }: { products: number; clients: number },
  headers: Readonly<Record<string, string>> = {},
): Promise<Shop> {
  const api = new Api(apiUrl, headers);
  try {
    const admin = await api.register('admin', (id) => makeAdmin(databaseUrl, id));
    const customers = await inTurns(clients, (index) => api.register(`customer-${index}`));
    const productIds = await inTurns(products, (index) => api.createProduct(index, admin.token));
    return { productIds, customers, admin };
  } finally {
    await api.close();
  }
}

/** A shop that was opened in an earlier run, with as many customers; `undefined` if it was not. */
export async function reopenShop(
  apiUrl: string,
  databaseUrl: string,
  clients: number,
  headers: Readonly<Record<string, string>>,
): Promise<Shop | undefined> {
  const ids = await withClient(databaseUrl, async (sql) => {
    const users = await sql.query<{ id: string; email: string }>('SELECT id, email FROM users');
    const products = await sql.query<{ id: string }>('SELECT id FROM products ORDER BY id');
    return { users: new Map(users.rows.map(({ id, email }) => [email, id])), products: products.rows };
  });
  const names = ['admin', ...Array.from({ length: clients }, (_, index) => `customer-${index}`)];
  if (ids.products.length < 2 || !names.every((name) => ids.users.has(emailOf(name)))) return undefined;
  const api = new Api(apiUrl, headers);
  try {
    const [admin, ...customers] = await inTurns(names.length, async (index) => {
      const email = emailOf(names[index]!);
      return { id: ids.users.get(email)!, token: await api.logIn(email) };
    });
    return { productIds: ids.products.map(({ id }) => encodeId('prd', id as ProductId)), customers, admin: admin! };
  } finally {
    await api.close();
  }
}

/** Adds products of two tax rates in turn, a coupon that is counted, and a way to ship. */
export async function openTaxedShop(
  apiUrl: string,
  { token }: Account,
  products: number,
): Promise<{ readonly productIds: readonly string[]; readonly terms: object }> {
  const api = new Api(apiUrl);
  const coupon = { name: 'Welcome', code: 'WELCOME10', benefit: 'percent', percentage: '10', usageLimit: 1_000_000 };
  const parcel = { name: 'Parcel', currency: 'EUR', price: 499 };
  try {
    const taxed = (index: number) =>
      api.createProduct(index, token, { sku: `TAXED-${index}`, taxClass: classOf(index) });
    const productIds = await inTurns(products, taxed);
    await api.post('/v1/promotions', coupon, token);
    const { id: shippingMethod } = await api.post<{ id: string }>('/v1/shipping-methods', parcel, token);
    return { productIds, terms: { couponCodes: ['WELCOME10'], shippingMethod, shippingAddress: { country: 'DE' } } };
  } finally {
    await api.close();
  }
}

const classOf = (index: number) => (index % 2 === 0 ? 'standard' : 'reduced');

async function makeAdmin(databaseUrl: string, id: string): Promise<void> {
  await withClient(databaseUrl, (sql) => sql.query(`UPDATE users SET roles = '{admin}' WHERE id = $1`, [id]));
}

/** Makes `count` things, a few at a time. */
async function inTurns<T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  for (let first = 0; first < count; first += AT_ONCE) {
    const indexes = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, offset) => first + offset);
    made.push(...(await Promise.all(indexes.map(make))));
  }
  return made;
}

const emailOf = (name: string) => `${name}@bench.example`;

class Api {
  private readonly pool: Pool;

  constructor(
    url: string,
    private readonly headers: Readonly<Record<string, string>> = {},
  ) {
    this.pool = new Pool(url, { connections: AT_ONCE });
  }

  /** `prepare` runs before the sign-in, which fixes the roles. */
  async register(name: string, prepare?: (id: string) => Promise<void>): Promise<Account> {
    const login = { email: emailOf(name), password: PASSWORD };
    const user = await this.post<{ id: string }>('/v1/auth/register', { ...login, name });
    const id = decodeId('usr', user.id)!;
    await prepare?.(id);
    return { id, token: await this.logIn(login.email) };
  }

  async logIn(email: string): Promise<string> {
    return (await this.post<{ accessToken: string }>('/v1/auth/login', { email, password: PASSWORD })).accessToken;
  }

  async createProduct(index: number, token: string, fields: object = {}): Promise<string> {
    const product = {
      sku: `BENCH-${index}`,
      name: `Product ${index}`,
      description: 'What a product page says about a thing: what it is made of, how large it is and who made it.',
      price: { amount: 1000 + ((index * 37) % 8901), currency: 'EUR' },
      attributes: { color: ['red', 'green', 'blue'][index % 3], size: index % 50 },
      stock: { onHand: STOCK },
      ...fields,
    };
    return (await this.post<{ id: string }>('/v1/products', product, token)).id;
  }

  close(): Promise<void> {
    return this.pool.close();
  }

  async post<T>(path: string, body: object, token?: string): Promise<T> {
    const signedIn = token && { authorization: `Bearer ${token}` };
    const headers = { ...this.headers, 'content-type': 'application/json', ...signedIn };
    const answer = await this.pool.request({ method: 'POST', path, headers, body: JSON.stringify(body) });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`POST ${path} answered ${answer.statusCode}: ${text}`);
    return JSON.parse(text) as T;
  }
}
