import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ProductBody } from '../../support/bodies.js';
import { type Api, startApi, startWorker } from '../../support/api.js';

const PASSWORD = 'four quiet grey herons';

let api: Api;
let worker: Awaited<ReturnType<typeof startWorker>>;
let mailDirectory: string;
let mug: ProductBody;
beforeAll(async () => {
  mailDirectory = await mkdtemp(path.join(tmpdir(), 'till-verification-'));
  api = await startApi({
    MAIL_DIRECTORY: mailDirectory,
    REQUIRE_VERIFIED_EMAIL: 'yes',
    ACCOUNT_PAGE_URL: 'https://shop.example/account',
  });
  worker = await startWorker(api);
  mug = await api.product(100);
});
afterAll(async () => {
  await worker?.close();
  await api?.close();
});

async function register() {
  const email = `${randomUUID()}@till.test`;
  await api.post('/v1/auth/register', { body: { email, password: PASSWORD, name: 'Ada' } });
  const body = { email, password: PASSWORD };
  const { accessToken } = (await api.request<{ accessToken: string }>('POST /v1/auth/login', { body })).body;
  return { email, token: accessToken };
}

/** The tokens in the links that were mailed to an address. */
async function tokensFor(email: string): Promise<string[]> {
  const files = (await readdir(mailDirectory)).filter((file) => file.endsWith('.eml'));
  const mails = await Promise.all(files.map((file) => readFile(path.join(mailDirectory, file), 'utf8')));
  return mails
    .map((mail) => mail.replaceAll(/=\r?\n/g, '').replaceAll('=3D', '='))
    .filter((mail) => mail.includes(email))
    .flatMap((mail) => /shop\.example\/account#email_verification=([\w-]{43})/.exec(mail)?.slice(1) ?? []);
}

const tokenFor = async (email: string, count = 1) => {
  await expect.poll(async () => (await tokensFor(email)).length, { timeout: 15_000 }).toBe(count);
  return (await tokensFor(email)).at(-1)!;
};
const order = (token: string) =>
  api.post('/v1/orders', { token, body: { lines: [{ productId: mug.id, quantity: 1 }] } });
const confirm = (token: string) => api.request('POST /v1/auth/email/verification/confirmation', { body: { token } });
const me = (token: string) => api.request<{ emailVerified: boolean }>('GET /v1/users/me', { token });

/** Staff change the address of the person. */
const changeAddress = async (token: string, email: string) => {
  const { id } = (await api.request<{ id: string }>('GET /v1/users/me', { token })).body;
  const admin = await api.admin();
  const changed = await api.request(`PATCH /v1/users/${id}`, { token: admin.token, body: { email } });
  expect(changed).toMatchObject({ status: 200, body: { email, emailVerified: false } });
};

it('Who registered orders after the address is confirmed', async () => {
  const { email, token } = await register();
  expect(await order(token)).toMatchObject({ status: 403, body: { code: 'email_not_verified' } });
  expect((await me(token)).body.emailVerified).toBe(false);
  const mailed = await tokenFor(email);
  expect(await confirm(mailed)).toMatchObject({ status: 204, text: '' });
  expect((await order(token)).status).toBe(201);
  expect((await me(token)).body.emailVerified).toBe(true);
  expect(await confirm(mailed)).toMatchObject({ status: 400, body: { code: 'invalid_token' } });
});

it('A token does not confirm the address that took its place', async () => {
  const { email, token } = await register();
  const mailed = await tokenFor(email);
  const next = `${randomUUID()}@till.test`;
  await changeAddress(token, next);
  expect((await confirm(mailed)).status).toBe(400);
  expect((await api.post('/v1/auth/email/verification', { token })).status).toBe(204);
  expect((await confirm(await tokenFor(next))).status).toBe(204);
  expect((await me(token)).body.emailVerified).toBe(true);
});

it('Another address is not confirmed', async () => {
  const { email, token } = await register();
  await confirm(await tokenFor(email));
  await changeAddress(token, `${randomUUID()}@till.test`);
  expect((await me(token)).body.emailVerified).toBe(false);
});

it('A token of another purpose confirms nothing, and sets no password', async () => {
  const { email } = await register();
  const mailed = await tokenFor(email);
  const body = { token: mailed, newPassword: 'seven loud blue herons' };
  expect((await api.request('POST /v1/auth/password/reset', { body })).status).toBe(400);
  expect((await confirm(mailed)).status).toBe(204);
});

it('Staff order for customers without a confirmed address of their own', async () => {
  expect((await order((await api.admin()).token)).status).toBe(201);
});
