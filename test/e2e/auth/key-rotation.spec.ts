import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BuiltProcess, startBuilt } from '../../support/built-process.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { httpClient } from '../../support/http-client.js';
import { privateKeyInPem } from '../../support/production.js';
import { redisDatabase } from '../../support/redis.js';

const oldKey = privateKeyInPem();
const newKey = privateKeyInPem();

let database: TestDatabase;
let running: BuiltProcess[] = [];
let start: (...keys: readonly string[]) => Promise<BuiltProcess>;
beforeAll(async () => {
  database = await createDatabase();
  const servers = { DATABASE_URL: database.url, REDIS_URL: await redisDatabase() };
  const ways = { NODE_ENV: 'test', LOG_LEVEL: 'info', PUBLIC_URL: 'https://till.example', ...servers };
  start = async (...keys) => {
    const started = await startBuilt('main.js', { ...ways, JWT_PRIVATE_KEY: keys.join('\n') });
    running.push(started);
    return started;
  };
}, 240_000);
afterAll(async () => {
  await Promise.all(running.map((one) => one.stop()));
  await database?.drop();
});

async function signIn({ url }: BuiltProcess): Promise<string> {
  const body = { email: `${randomUUID()}@example.com`, password: 'four quiet grey herons', name: 'Ada' };
  const request = httpClient(url);
  await request('POST /v1/auth/register', { body });
  const { email, password } = body;
  return (await request<{ accessToken: string }>('POST /v1/auth/login', { body: { email, password } })).body
    .accessToken;
}

const statusAt = async ({ url }: BuiltProcess, token: string) =>
  (await httpClient(url)('GET /v1/users/me', { token })).status;
const keysAt = async ({ url }: BuiltProcess) =>
  (await httpClient(url)<{ keys: { kid: string }[] }>('GET /.well-known/jwks.json')).body.keys.map(({ kid }) => kid);

it('Each step of a key rotation is a rolling deployment in which both processes accept the tokens of both', async () => {
  const steps = [[oldKey], [oldKey, newKey], [newKey, oldKey], [newKey]];
  let before = await start(...steps[0]!);
  for (const keys of steps.slice(1)) {
    const after = await start(...keys);
    const [older, newer] = [await signIn(before), await signIn(after)];
    // In the last step, tokens of the old key have expired: its deployment waits for that.
    for (const token of [older, newer]) {
      expect([await statusAt(before, token), await statusAt(after, token)]).toEqual([200, 200]);
    }
    await before.stop();
    expect(await statusAt(after, older)).toBe(200);
    before = after;
  }
  expect(await keysAt(before)).toHaveLength(1);
}, 120_000);

it('A key that signs before the other processes know it would sign people out, so it is announced first', async () => {
  const [announced, unaware] = [await start(newKey, oldKey), await start(oldKey)];
  expect(await statusAt(unaware, await signIn(announced))).toBe(401);
  expect(await keysAt(announced)).toHaveLength(2);
  expect((await keysAt(announced))[1]).toBe((await keysAt(unaware))[0]);
}, 120_000);
