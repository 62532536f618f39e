import { randomUUID } from 'node:crypto';
import { readFile, mkdtemp, readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuthService } from '../../../src/auth/index.js';
import { UsersService } from '../../../src/users/index.js';
import { type Api, type Person, startApi, startWorker } from '../../support/api.js';
import type { Answer } from '../../support/http-client.js';
import { decodeId } from '../../../src/shared/ids.js';

const PASSWORD = 'a long enough password';
let api: Api;
let mailDirectory: string;
let worker: Awaited<ReturnType<typeof startWorker>>;
beforeAll(async () => {
  mailDirectory = await mkdtemp(path.join(tmpdir(), 'till-crowds-'));
  api = await startApi({
    TRUST_PROXY: '127.0.0.1',
    MAIL_DIRECTORY: mailDirectory,
    QUOTA_UNVERIFIED_MAILS_PER_DAY: '3',
    RATE_LIMIT_SIGN_IN_PER_ACCOUNT: '3',
  });
  worker = await startWorker(api);
});
afterAll(async () => {
  await worker?.close();
  await api?.close();
});

const from = (address: string) => ({ 'x-forwarded-for': address });
const login = (email: string, password: string, address: string) =>
  api.request<{ code?: string }>('POST /v1/auth/login', { body: { email, password }, headers: from(address) });
const register = (address: string, given: object = {}, key = randomUUID()) =>
  api.request<{ id: string; code?: string }>('POST /v1/auth/register', {
    body: { email: `${randomUUID()}@till.test`, name: 'Ada', password: PASSWORD, ...given },
    headers: { ...from(address), 'idempotency-key': key },
  });
const account = async () => {
  const email = `${randomUUID()}@till.test`;
  const passwordHash = await api.app.get(AuthService, { strict: false }).hashPassword(PASSWORD);
  await api.app.get(UsersService, { strict: false }).ensure({ email, name: 'Ada', roles: ['customer'], passwordHash });
  return email;
};

describe('Wrong sign-ins', () => {
  it('from one address keep out that address, not the owner elsewhere', async () => {
    const email = await account();
    for (let n = 0; n < 3; n++) expect((await login(email, `guess ${n}`, '198.51.100.1')).status).toBe(401);
    for (let n = 0; n < 40; n++) expect((await login(email, PASSWORD, '198.51.100.1')).status).toBe(429);
    expect((await login(email, PASSWORD, '192.0.2.7')).status).toBe(200);
  });

  it('from many addresses keep out other addresses, not those that the owner has used; nothing tells whether there is an account', async () => {
    const [email, nobody] = [await account(), `${randomUUID()}@till.test`];
    expect((await login(email, PASSWORD, '192.0.2.8')).status).toBe(200);
    for (const [who, net] of [
      [email, '198.51.101'],
      [nobody, '198.51.102'],
    ] as const) {
      for (let n = 0; n < 5; n++) expect((await login(who, `guess ${n}`, `${net}.${n}`)).status).toBe(401);
    }
    const [there, notThere] = await Promise.all([
      login(email, PASSWORD, '203.0.113.9'),
      login(nobody, PASSWORD, '203.0.113.9'),
    ]);
    const { requestId, ...problem } = there.body as Record<string, unknown>;
    expect(there.status).toBe(429);
    expect(notThere).toMatchObject({ status: 429, body: { ...problem, detail: expect.any(String) as string } });
    expect(requestId).toEqual(expect.any(String));
    expect((await login(email, PASSWORD, '192.0.2.8')).status).toBe(200);
  });
});

describe('A crowd of sign-ins', () => {
  it('from one address leaves room for another, and is told to come again', async () => {
    const email = await account();
    const crowd = Array.from({ length: 60 }, () => login(`${randomUUID()}@till.test`, 'guess', '198.51.100.77'));
    const [own, ...answers] = await Promise.all([login(email, PASSWORD, '192.0.2.9'), ...crowd]);
    expect(own!.status).toBe(200);
    const refused = answers.filter(({ status }) => status !== 401);
    expect(refused.length).toBeGreaterThan(0);
    for (const { status, body, headers } of refused) {
      expect([status, body.code]).toEqual(status === 503 ? [503, 'overloaded'] : [429, 'rate_limited']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
  });
});

/** A connection that sends text and reads nothing. */
function unread(text: string) {
  const { port } = new URL(api.url);
  const socket = connect(Number(port), '127.0.0.1', () => socket.write(text));
  socket.pause();
  socket.on('error', () => undefined);
  return socket;
}

const pipelined = (method: string, address: string, body = '', headers = '') =>
  `${method} ${address} HTTP/1.1\r\nHost: till\r\n${headers}${body && `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`}\r\n${body}`;

describe('A connection that reads nothing', () => {
  it('keeps nobody from registering, though its own registrations wait behind large answers', async () => {
    const bodies = Array.from({ length: 8 }, () =>
      JSON.stringify({ email: `${randomUUID()}@till.test`, name: 'Ada', password: PASSWORD }),
    );
    const documents = pipelined('GET', '/openapi.json').repeat(20);
    const socket = unread(
      documents +
        bodies.map((body) => pipelined('POST', '/v1/auth/register', body, 'X-Forwarded-For: 192.0.2.50\r\n')).join(''),
    );
    const emails = bodies.map((body) => (JSON.parse(body) as { email: string }).email);
    await expect
      .poll(async () => (await api.sql('SELECT FROM users WHERE email = ANY($1)', [emails])).length, {
        timeout: 10_000,
      })
      .toBeGreaterThan(3);
    const answers = await Promise.all(Array.from({ length: 3 }, () => register('192.0.2.51')));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    socket.destroy();
  });

  it('is closed when it sends more than 32 requests ahead of their answers', async () => {
    const socket = unread(pipelined('GET', '/openapi.json').repeat(400));
    await new Promise<void>((resolve) => {
      socket.on('close', () => resolve());
      socket.resume();
    });
    expect((await api.request('GET /health/live')).status).toBe(200);
  });
});

describe('Every request of an address counts', () => {
  it('before it is read: unknown addresses, wrong methods, documents, large bodies and webhooks', async () => {
    const limited = await startApi({
      RATE_LIMIT_SCALE: '1',
      RATE_LIMIT_PER_ADDRESS: '20',
      RATE_LIMIT_WEBHOOKS_PER_ADDRESS: '2',
    });
    try {
      const left = async (request: string, body?: unknown) => {
        const { headers } = await limited.request(request, body === undefined ? {} : { body });
        return /r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1];
      };
      expect(await left('GET /nowhere')).toBe('19');
      expect(await left('PATCH /v1/auth/login')).toBe('18');
      expect(await left('GET /openapi.json')).toBe('17');
      expect(await left('GET /problems/not_found')).toBe('16');
      expect(await left('POST /v1/auth/login', '{"broken')).toBe('15');
      expect(await left('POST /v1/auth/login', { email: 'x'.repeat(12_300) })).toBe('11');
      expect(await left('POST /v1/auth/login', { email: 'x'.repeat(70_000) })).toBe('0');
      const rest = [];
      for (let n = 0; n < 12; n += 1) rest.push((await limited.request('GET /nowhere')).status);
      // The large body had no place, and took none.
      expect(rest).toEqual([...Array<number>(11).fill(404), 429]);
      expect((await limited.request('GET /health/live')).status).toBe(200);
      const webhook = () => limited.request('POST /v1/providers/sandbox/webhooks', { body: {} });
      expect([await webhook(), await webhook(), await webhook()].map(({ status }) => status)).toEqual([400, 400, 429]);
    } finally {
      await limited.close();
    }
  });
});

const leftOfUser = ({ headers }: Answer<unknown>) => /"user";r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1];

describe('Every request of a user counts', () => {
  it('by the length of its body, whatever address it comes from', async () => {
    const limited = await startApi({
      TRUST_PROXY: '127.0.0.1',
      RATE_LIMIT_SCALE: '1',
      RATE_LIMIT_PER_ADDRESS: '600',
      RATE_LIMIT_PER_USER: '30',
    });
    try {
      const [shopper, mug] = await Promise.all([limited.person(), limited.product(10)]);
      const place = (address: string, metadata: object) =>
        limited.place(shopper, [{ productId: mug.id, quantity: 1 }], { given: { metadata }, headers: from(address) });
      expect(leftOfUser(await place('198.51.100.1', {}))).toBe('29');
      expect(leftOfUser(await place('198.51.100.2', { note: 'x'.repeat(10_300) }))).toBe('23');
      // In chunks, whose length nobody announces.
      const chunked = await fetch(`${limited.url}/v1/orders`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${shopper.token}`,
          'content-type': 'application/json',
          'idempotency-key': randomUUID(),
        },
        body: new Blob([
          JSON.stringify({ lines: [{ productId: mug.id, quantity: 1 }], metadata: { note: 'x'.repeat(18_500) } }),
        ]).stream(),
        duplex: 'half',
      } as RequestInit);
      expect([chunked.status, /"user";r=(\d+)/.exec(chunked.headers.get('ratelimit')!)?.[1]]).toEqual([201, '13']);
      expect((await place('198.51.100.3', { note: '\u{1F381}'.repeat(19_900) })).status).toBe(429);
    } finally {
      await limited.close();
    }
  });
});

describe('A body of many values', () => {
  it.each([
    ['members', `{${Array.from({ length: 5000 }, (_, n) => `"a${n}":0`).join()}}`, 'too_many_members'],
    ['elements', `[${'0,'.repeat(30_000)}0]`, 'too_many_values'],
    ['deep lists', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, 'too_deep'],
  ])('(%s) is refused shortly', async (_, body, code) => {
    const answer = await api.request('POST /v1/auth/login', { body, headers: from('192.0.2.60') });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ code }] } });
    expect(answer.text.length).toBeLessThan(1000);
  });

  it('has at most 20 errors, and no long text is repeated', async () => {
    const body = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`${'x'.repeat(250)}${n}`, 0]));
    const answer = await api.request<{ errors: { pointer: string }[] }>('POST /v1/auth/login', { body });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toHaveLength(20);
    expect(Math.max(...answer.body.errors.map(({ pointer }) => pointer.length))).toBeLessThanOrEqual(200);
    expect(answer.text.length).toBeLessThan(20_000);
  });
});

const mailsTo = async (email: string) => {
  const files = (await readdir(mailDirectory)).filter((file) => file.endsWith('.eml'));
  const texts = await Promise.all(files.map((file) => readFile(path.join(mailDirectory, file), 'utf8')));
  return texts.filter((text) => text.includes(email));
};
const pending = () =>
  api.sql(`SELECT FROM event_deliveries WHERE consumer = 'mail' AND status IN ('pending', 'queued', 'running')`);

/** Reads the list to its end. Returns the ids, newest first, and how many each page has. */
const readAll = async (support: Person) => {
  const [seen, pages]: [string[], number[]] = [[], []];
  for (let address: string | undefined = `/v1/orders?customerId=${support.id}`; address;) {
    const page: Answer<{ data: { id: string }[]; nextCursor: string | null }> = await api.get(address, support);
    expect(Buffer.byteLength(page.text)).toBeLessThan(700_000);
    seen.push(...page.body.data.map(({ id }) => id));
    pages.push(page.body.data.length);
    const { nextCursor } = page.body;
    address = nextCursor ? `/v1/orders?customerId=${support.id}&cursor=${nextCursor}` : undefined;
  }
  return { seen, pages };
};

describe('A list of large orders', () => {
  const wholesale = Array.from({ length: 900 }, () => ({ quantity: 1 }));

  /** As many characters as metadata and an address may have, of four bytes each. */
  const note = '\u{1F381}'.repeat(19_900);
  const notes = { metadata: { note }, shippingAddress: { line1: note } };

  it.each([
    ['many lines', wholesale, {}, [2, 2, 1]],
    ['large notes', [{ quantity: 1 }], notes, [3, 2]],
    ['both', wholesale, notes, [1, 1, 1, 1, 1]],
  ])('(%s) comes in pages of some 500 kB, and no order is missed or repeated', async (_, lines, given, expected) => {
    const [mug, support] = await Promise.all([api.product(1_000_000), api.person('support')]);
    const placed: string[] = [];
    for (let n = 0; n < 5; n++) {
      const wanted = lines.map((line) => ({ ...line, productId: mug.id }));
      placed.unshift((await api.place(support, wanted, { given })).body.id);
    }
    expect(await readAll(support)).toEqual({ seen: placed, pages: expected });
  });
});

describe('Mail', () => {
  it('about what costs nothing is sent three times a day, about what is paid for always', async () => {
    const shopper = await api.person();
    const [{ email }] = (await api.sql('SELECT email FROM users WHERE id = $1', [decodeId('usr', shopper.id)])) as [
      { email: string },
    ];
    const [gift, mug] = await Promise.all([
      api.product(100, { price: { amount: 0, currency: 'EUR' } }),
      api.product(100),
    ]);
    for (let n = 0; n < 8; n++) await api.place(shopper, [{ productId: gift.id, quantity: 1 }]);
    const { body: order } = await api.place(shopper, [{ productId: mug.id, quantity: 1 }]);
    await api.pay(shopper, order);
    await expect
      .poll(async () => (await mailsTo(email)).filter((text) => text.includes('10.00')).length, { timeout: 30_000 })
      .toBe(1);
    await expect.poll(async () => (await pending()).length, { timeout: 30_000 }).toBe(0);
    expect(await mailsTo(email)).toHaveLength(4);
  });

  it('never goes to a name that looks like a link: it is refused, and an older one is left out', async () => {
    const refused = await register('192.0.2.70', { name: 'You won! http://evil.example' });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ pointer: '/name', code: 'no_link' }] } });
    const shopper = await api.person();
    const id = decodeId('usr', shopper.id);
    const [{ email }] = (await api.sql(`UPDATE users SET name = 'Win at evil.example' WHERE id = $1 RETURNING email`, [
      id,
    ])) as [{ email: string }];
    const gift = await api.product(10, { price: { amount: 0, currency: 'EUR' } });
    await api.place(shopper, [{ productId: gift.id, quantity: 1 }]);
    await expect.poll(async () => (await mailsTo(email)).length, { timeout: 30_000 }).toBe(1);
    expect((await mailsTo(email))[0]).not.toContain('evil');
  });
});
