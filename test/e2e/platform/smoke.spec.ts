import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { simpleParser } from 'mailparser';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCli } from '../../support/build.js';
import { type BuiltProcess, startBuilt } from '../../support/built-process.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { type HttpClient, httpClient } from '../../support/http-client.js';
import { encryptionKeys, privateKeyInPem } from '../../support/production.js';
import { redisDatabase } from '../../support/redis.js';
import { asRunningRole } from '../../support/running-role.js';

interface Login {
  readonly role: string;
  readonly email: string;
  readonly password: string;
}

describe('the built processes', () => {
  let database: TestDatabase;
  let mailDirectory: string;
  let env: Record<string, string>;
  let api: BuiltProcess;
  let worker: BuiltProcess;
  let request: HttpClient;

  beforeAll(async () => {
    database = await createDatabase();
    mailDirectory = await mkdtemp(path.join(tmpdir(), 'till-smoke-'));
    const servers = { DATABASE_URL: asRunningRole(database.url), REDIS_URL: await redisDatabase() };
    env = { ...servers, NODE_ENV: 'test', LOG_LEVEL: 'info', MAIL_DIRECTORY: mailDirectory };
    [api, worker] = await Promise.all([startBuilt('main.js', env), startBuilt('worker.js', env)]);
    request = httpClient(api.url);
  }, 240_000);
  afterAll(async () => {
    await Promise.all([api, worker].map((one) => one?.stop()));
    await database.drop();
    await rm(mailDirectory, { recursive: true });
  });

  async function login({ email, password }: Pick<Login, 'email' | 'password'>): Promise<string> {
    const answer = await request<{ accessToken: string }>('POST /v1/auth/login', { body: { email, password } });
    return answer.body.accessToken;
  }

  async function mailTo(address: string, subject: RegExp) {
    const names = await readdir(mailDirectory);
    const mails = await Promise.all(
      names.map(async (name) => simpleParser(await readFile(path.join(mailDirectory, name)))),
    );
    return mails.filter((mail) => [mail.to].flat()[0]?.text.includes(address) && subject.test(mail.subject ?? ''));
  }

  it('are ready, and the worker serves nothing but health and metrics', async () => {
    for (const { url } of [api, worker]) {
      // A busy database may take too long for its probe.
      await expect.poll(async () => (await fetch(`${url}/health/ready`)).status).toBe(200);
      expect(await (await fetch(`${url}/metrics`)).text()).toContain('process_cpu_user_seconds_total');
    }
    expect((await fetch(`${worker.url}/v1/products`)).status).toBe(404);
    expect(await (await fetch(`${worker.url}/metrics`)).text()).toContain('till_outbox_backlog 0');
  });

  it("serve the page for one's own security, with its files", async () => {
    const page = await (await fetch(`${api.url}/account`)).text();
    const files = [...page.matchAll(/(?:href|src)="(\/account\/[^"]+)"/g)].map(([, file]) => file!);
    expect(files).toEqual(['/account/account.css', '/account/main.js']);
    for (const file of [...files, '/account/api.js']) expect((await fetch(api.url + file)).status).toBe(200);
    expect((await fetch(`${worker.url}/account`)).status).toBe(404);
  });

  it('document themselves', async () => {
    const { body } = await request<{ openapi: string; paths: object }>('GET /openapi.json');
    expect(body.openapi).toMatch(/^3\./);
    expect(body.paths).toHaveProperty('/v1/orders');
    const page = await fetch(`${api.url}/docs`);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect((await fetch(`${api.url}/docs/swagger-ui-bundle.js`)).status).toBe(200);
  });

  it('serve the document that the build made, which is the one that the code gives', async () => {
    const served = await (await fetch(`${api.url}/openapi.json`)).text();
    const [{ url }] = (JSON.parse(served) as { servers: [{ url: string }] }).servers;
    expect(served).toBe((await runCli(['openapi'], { ...env, PUBLIC_URL: url })).stdout.trim());
  });

  it('take a seeded order to money, and write to the customer', async () => {
    const seeded = await runCli(['seed'], env);
    const { logins } = JSON.parse(seeded.stdout) as { logins: Login[] };
    expect((await runCli(['seed'], env)).stdout).toBe(seeded.stdout);
    const who = Object.fromEntries(logins.map((one) => [one.role, one])) as Record<string, Login>;
    expect(Object.keys(who).toSorted()).toEqual(['admin', 'catalog_manager', 'customer', 'finance', 'support']);

    const token = await login(who['customer']!);
    const products = await request<{ data: { id: string; price: { currency: string } }[] }>(
      'GET /v1/products?limit=100',
    );
    expect(products.body.data.length).toBeGreaterThanOrEqual(20);
    expect(new Set(products.body.data.map(({ price }) => price.currency))).toEqual(new Set(['EUR', 'GBP']));

    const [product] = products.body.data;
    const placed = await request<{ id: string; number: number }>('POST /v1/orders', {
      token,
      body: { lines: [{ productId: product!.id, quantity: 2 }] },
      headers: { 'idempotency-key': 'smoke-order' },
    });
    expect(placed.status).toBe(201);
    const paid = await request(`POST /v1/orders/${placed.body.id}/payments`, {
      token,
      body: { paymentMethod: 'pm_ok' },
      headers: { 'idempotency-key': 'smoke-payment' },
    });
    expect(paid).toMatchObject({ status: 201, body: { status: 'captured' } });
    const order = await request(`GET /v1/orders/${placed.body.id}`, { token });
    expect(order.body).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' });
    const proof = await request('GET /v1/ledger/proof', { token: await login(who['finance']!) });
    expect(proof.body).toMatchObject({ balanced: true });

    const [mail] = await vi.waitFor(async () => {
      const mails = await mailTo('customer@till.example', /order/);
      expect(mails).toHaveLength(1);
      return mails;
    }, 20_000);
    expect(mail!.subject).toBe(`Your order ${placed.body.number} is confirmed`);
  });

  it('welcome whoever registers, and log the request that caused it', async () => {
    const email = 'grace@example.com';
    const body = { email, password: 'a long enough password', name: 'Grace\u202e <Hopper>' };
    const registered = await request('POST /v1/auth/register', { body });
    expect(registered.status).toBe(201);
    await vi.waitFor(async () => expect(await mailTo(email, /welcome/i)).toHaveLength(1), 20_000);
    const line = { requestId: registered.headers.get('x-request-id'), status: 201 };
    await vi.waitFor(() => expect(api.log()).toContainEqual(expect.objectContaining(line)), 20_000);
    expect(JSON.stringify(api.log())).not.toContain('a long enough password');
  });

  it('leave one line for each request, with what operators ask for', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
    const requestId = 'smoke-line';
    await request('GET /v1/products/prd_nonsense', { headers: { traceparent, 'x-request-id': requestId } });
    await request('POST /v1/auth/login', { body: { email: 'nobody@example.com', password: 'not the password' } });
    await fetch(`${api.url}/health/live`);
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
    const line = {
      level: 'info',
      process: 'api',
      version,
      msg: 'request',
      requestId,
      method: 'GET',
      route: '/v1/products/:id',
      path: '/v1/products/:id',
      status: 404,
      code: 'not_found',
      address: '127.0.0.0/24',
      traceId,
    };
    await vi.waitFor(() => expect(api.log()).toContainEqual(expect.objectContaining(line)), 20_000);
    const refused = { msg: 'a sign-in was refused', code: 'invalid_credentials', address: '127.0.0.0/24' };
    expect(api.log()).toContainEqual(expect.objectContaining(refused));
    expect(worker.log()).toContainEqual(expect.objectContaining({ process: 'worker', msg: 'listening' }));
    expect(api.log().filter(({ route }) => String(route).startsWith('/health'))).toEqual([]);
  });

  it('say more after SIGUSR2, and as much as before after the third', async () => {
    const probes = () => api.log().filter(({ route }) => route === '/health/live').length;
    const said = (text: string) =>
      vi.waitFor(() => expect(api.output()).toContain(`The log level is now: ${text}\n`), 20_000);
    api.child.kill('SIGUSR2');
    await said('debug');
    await fetch(`${api.url}/health/live`);
    await vi.waitFor(() => expect(probes()).toBe(1), 20_000);
    api.child.kill('SIGUSR2');
    await said('trace');
    api.child.kill('SIGUSR2');
    await said('configured');
    await fetch(`${api.url}/health/live`);
    await request('GET /v1/products/prd_nonsense', { headers: { 'x-request-id': 'smoke-after' } });
    await vi.waitFor(
      () => expect(api.log()).toContainEqual(expect.objectContaining({ requestId: 'smoke-after' })),
      20_000,
    );
    expect(probes()).toBe(1);
  });

  it('finish the request they have when asked to end, and end with 0', async () => {
    const other = await startBuilt('main.js', env);
    const body = JSON.stringify({ email: 'late@example.com', password: 'a long enough password', name: 'Late' });
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      expect: '100-continue',
    };
    const late = httpRequest(`${other.url}/v1/auth/register`, { method: 'POST', headers });
    const answered = once(late, 'response') as Promise<[IncomingMessage]>;
    late.flushHeaders();
    await once(late, 'continue'); // the server has the request, and waits for its body
    const ended = other.stop();
    await vi.waitFor(
      () => expect(other.log()).toContainEqual(expect.objectContaining({ msg: 'shutting down' })),
      20_000,
    );
    late.end(body);
    const [answer] = await answered;
    expect(answer).toMatchObject({ statusCode: 201, headers: { connection: 'close' } });
    answer.resume();
    expect(await ended).toBe(0);
    await expect(fetch(`${other.url}/health/live`)).rejects.toThrow('fetch failed');
  });

  it('start without Redis, and say so', async () => {
    const without = { ...env, REDIS_URL: 'redis://127.0.0.1:1' };
    const [lonelyApi, lonelyWorker] = await Promise.all([
      startBuilt('main.js', without),
      startBuilt('worker.js', without),
    ]);
    for (const one of [lonelyApi, lonelyWorker]) {
      const ready = async () => {
        const answer = await fetch(`${one.url}/health/ready`);
        return { http: answer.status, ...((await answer.json()) as object) };
      };
      await expect.poll(ready).toMatchObject({ http: 200, status: 'degraded' });
      expect(one.log().filter(({ msg }) => String(msg).startsWith('Redis does not answer'))).not.toHaveLength(0);
      expect(await one.stop()).toBe(0);
    }
  });

  it('list everything that is wrong with the configuration, and end with 1', async () => {
    const wrong = { ...env, PORT: 'eighty', DATABASE_URL: 'mysql://x', LOG_LEVEL: 'loud' };
    const said = await startBuilt('main.js', wrong).then(String, ({ message }: Error) => message);
    expect(said).toContain('ended (1)');
    for (const name of ['PORT', 'DATABASE_URL', 'LOG_LEVEL']) expect(said).toContain(`- ${name}: `);
    expect(said).not.toContain('at file:');
  });

  it('never seed in production', async () => {
    const ways = {
      NODE_ENV: 'production',
      PUBLIC_URL: 'https://shop.example',
      JWT_PRIVATE_KEY: privateKeyInPem(),
      ENCRYPTION_KEYS: encryptionKeys(),
      REFUND_APPROVAL_ABOVE: '500',
    };
    await expect(runCli(['seed'], { ...env, ...ways })).rejects.toThrow('seed does not run in production');
    await expect(runCli(['seed', '--force'], { ...env, ...ways })).rejects.toThrow("unknown option '--force'");
  });

  it('say plainly what a command can not do', async () => {
    await expect(runCli(['migrate'], { DATABASE_URL: 'postgres://a:b@127.0.0.1:1/till' })).rejects.toThrow(
      'does not answer',
    );
    await expect(runCli(['migrate'], { DATABASE_URL: 'mysql://x' })).rejects.toThrow('- DATABASE_URL: ');
    await expect(runCli(['fly'], {})).rejects.toThrow("unknown command 'fly'");
    expect((await runCli(['--help'], {})).stdout).toContain('migrate');
  });
});
