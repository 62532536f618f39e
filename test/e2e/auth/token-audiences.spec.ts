import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { AccessTokens } from '../../../src/auth/access-tokens.js';
import { createShop } from '../../../src/platform/database/index.js';
import { sandboxInShop } from '../../../src/payments/index.js';
import { newId } from '../../../src/shared/ids.js';
import { type AuthApi, startAuthApi } from '../../support/auth-api.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { redisDatabase } from '../../support/redis.js';

const names = ['north', 'south'] as const;
type Name = (typeof names)[number];

let database: TestDatabase;
let shops: Record<Name, AuthApi>;
let tokens: Record<Name, string>;

/** The same account with the same session in each shop: only the audience tells the tokens apart. */
const account = newId<'usr'>();
const session = newId<'ses'>();

async function start(slug: Name, redisUrl: string): Promise<AuthApi> {
  await createShop(database.url, { slug, name: slug, role: null }, { adapt: sandboxInShop });
  return startAuthApi({ databaseUrl: database.url, redisUrl, env: { SHOP: slug } });
}

async function tokenOf({ app }: AuthApi): Promise<string> {
  const source = app.get(DataSource);
  await source.query(`INSERT INTO users (id, email, name, roles) VALUES ($1, 'ada@till.test', 'Ada', '{customer}')`, [
    account,
  ]);
  await source.query(
    `INSERT INTO sessions (id, user_id, device, address, expires_at) VALUES ($1, $2, '', '', now() + interval '1 day')`,
    [session, account],
  );
  const authenticatedAt = Math.floor(Date.now() / 1000);
  const opened = { id: session, userId: account, roles: ['customer'] as const, accessVersion: 1, authenticatedAt };
  return app.get(AccessTokens).issue(opened);
}

beforeAll(async () => {
  database = await createDatabase();
  const redisUrl = await redisDatabase();
  shops = { north: await start('north', redisUrl), south: await start('south', redisUrl) };
  tokens = { north: await tokenOf(shops.north), south: await tokenOf(shops.south) };
});
afterAll(async () => {
  for (const name of names) await shops?.[name]?.close();
  await database?.drop();
});

const answerTo = (name: Name, token: string) => shops[name].request('GET /v1/users/me', { token });

describe('Two applications in one process, with the same keys and address', () => {
  it.each(names)('%s takes its own token, whichever started last', async (name) => {
    for (let n = 0; n < 2; n++) expect(await answerTo(name, tokens[name])).toMatchObject({ status: 200 });
  });

  it.each([
    ['north', 'south'],
    ['south', 'north'],
  ] as const)('%s refuses the token of %s, though account and session exist in it', async (name, other) => {
    const { status, headers, body } = await answerTo(name, tokens[other]);
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    expect(body).toMatchObject({ detail: 'The Authorization header holds no access token of this server.' });
  });
});
