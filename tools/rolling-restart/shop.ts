import { Client } from 'pg';

/** Somebody who may order, and what. */
export interface Shop {
  readonly token: string;
  readonly productId: string;
}

const PLENTY = 'UPDATE stock_levels SET on_hand = on_hand + $1';

/** Signs a new customer in at the api, and puts enough into the stock of the seeded products. */
export async function openShop(url: string, env: { readonly DATABASE_URL: string }): Promise<Shop> {
  const client = new Client({ connectionString: env.DATABASE_URL });
  await client.connect();
  await client.query(PLENTY, [1_000_000]).finally(() => client.end());
  const customer = { email: 'ada@till.invalid', password: 'seven loud blue herons', name: 'Ada' };
  await ask(`${url}/v1/auth/register`, customer);
  const { accessToken } = await ask<{ accessToken: string }>(`${url}/v1/auth/login`, customer);
  const { data } = await ask<{ data: readonly { id: string }[] }>(`${url}/v1/products?limit=1`);
  return { token: accessToken, productId: data[0]!.id };
}

async function ask<T>(url: string, given?: { email: string; password: string; name: string }): Promise<T> {
  const { name, ...login } = given ?? { name: '' };
  const body = url.endsWith('login') ? login : { ...login, name };
  const answer = await fetch(
    url,
    given && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
  );
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}
