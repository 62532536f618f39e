import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Authenticator } from '../../support/authenticator.js';
import { builtEntry, runCli } from '../../support/build.js';
import { type BuiltProcess, startBuilt } from '../../support/built-process.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { httpClient } from '../../support/http-client.js';
import { encryptionKeys, privateKeyInPem } from '../../support/production.js';
import { redisDatabase } from '../../support/redis.js';

const email = 'owner@shop.example';
const password = 'four quiet grey herons';

let database: TestDatabase;
let env: Record<string, string>;
let api: BuiltProcess;
/** The first administrator's token. */
let admin: string;
beforeAll(async () => {
  database = await createDatabase();
  env = {
    NODE_ENV: 'production',
    DATABASE_URL: database.url,
    REDIS_URL: await redisDatabase(),
    JWT_PRIVATE_KEY: privateKeyInPem(),
    ENCRYPTION_KEYS: encryptionKeys(),
    REFUND_APPROVAL_ABOVE: '500',
    PUBLIC_URL: 'https://shop.example',
    SMTP_URL: 'smtp://127.0.0.1:1',
  };
  api = await startBuilt('main.js', env);
}, 240_000);
afterAll(async () => {
  await api?.stop();
  await database?.drop();
});

const users = (args: readonly string[], input?: string) => runCli(['users', ...args], env, input);
const login = (given: object) => httpClient(api.url)<{ accessToken: string }>('POST /v1/auth/login', { body: given });

/** Adds the second factor that staff need. Returns the token of the session that then begins. */
async function enrol(token: string): Promise<string> {
  const request = httpClient(api.url);
  const { secret } = (await request<{ secret: string }>('POST /v1/auth/mfa/totp', { token })).body;
  const body = { code: new Authenticator(secret).codeAt(Date.now() / 1000) };
  return (await request<{ accessToken: string }>('POST /v1/auth/mfa/totp/confirmation', { token, body })).body
    .accessToken;
}

const list = async (token: string) => (await httpClient(api.url)('GET /v1/users', { token })).status;

describe('till users', () => {
  it('makes the first administrator, who adds a second factor and may do everything', async () => {
    const { stdout, stderr } = await users(
      ['create', '--email', 'Owner@Shop.example', '--role', 'admin'],
      `${password}\n`,
    );
    expect(JSON.parse(stdout)).toMatchObject({ email, name: 'Owner', roles: ['admin'] });
    expect(stdout + stderr).not.toContain(password);
    const { status, body } = await login({ email, password });
    expect(status).toBe(200);
    expect(await list(body.accessToken)).toBe(403);
    admin = await enrol(body.accessToken);
    expect(await list(admin)).toBe(200);
  });

  it('makes one account of an address, whoever runs it at once', async () => {
    const args = ['create', '--email', 'twice@shop.example', '--role', 'finance', 'support', '--name', 'Two Hats'];
    const ends = await Promise.allSettled([users(args, `${password}\n`), users(args, `${password}\n`)]);
    expect(ends.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const refused = ends.find((end) => end.status === 'rejected')!;
    expect(String(refused.reason)).toContain('An account with the e-mail address twice@shop.example already exists.');
    const { stdout } = await users(['list', '--role', 'support']);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toMatchObject([{ email: 'twice@shop.example', name: 'Two Hats', roles: ['finance', 'support'] }]);
  });

  it('gives an account that staff made its password, from a file descriptor', async () => {
    const body = { email: 'clerk@shop.example', name: 'Clerk', roles: ['support'] };
    expect((await httpClient(api.url)('POST /v1/users', { token: admin, body })).status).toBe(201);
    expect((await login({ email: body.email, password })).status).toBe(401);
    const args = [await builtEntry('cli.js'), 'users', 'set-password', '--email', body.email, '--password-fd', '3'];
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    (child.stdio[3] as NodeJS.WritableStream).end(password);
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect((await login({ email: body.email, password })).status).toBe(200);
  });

  it('removes the factors of somebody who lost them, and ends the sessions', async () => {
    expect((await login({ email, password })).body).toMatchObject({ mfaRequired: true });
    const { stdout } = await users(['remove-factors', '--email', email]);
    expect(JSON.parse(stdout)).toMatchObject({ email });
    expect((await login({ email, password })).body).toHaveProperty('accessToken');
  });

  it.each([
    ['no password', ['set-password', '--email', email], '', 'There is no password'],
    ['a short one', ['set-password', '--email', email], 'short\n', 'password must have'],
    ['a common one', ['set-password', '--email', email], 'letmeinpassword1\n', 'most common passwords'],
    ['nobody', ['set-password', '--email', 'nobody@shop.example'], '', 'There is no account with the e-mail address'],
    ['an address that is none', ['create', '--email', 'owner', '--role', 'admin'], '', 'must be an e-mail address'],
    ['an unknown role', ['create', '--email', 'a@b.example', '--role', 'root'], '', 'A role is one of customer'],
    ['a closed descriptor', ['set-password', '--email', email, '--password-fd', '99'], '', '(EBADF)'],
    ['an argument', ['create', '--email', 'a@b.example', '--role', 'admin', '--password', 'x'], '', 'unknown option'],
  ])('refuses %s in words', async (_, args, input, words) => {
    const said = await users(args, input).then(String, ({ stderr }: { stderr: string }) => stderr);
    expect(said).toContain(words);
    expect(said).not.toMatch(/^ {4}at /m);
  });

  it('has changed nothing by what it refused', async () => {
    expect((await login({ email, password })).status).toBe(200);
  });
});
