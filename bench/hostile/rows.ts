import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { deaf, exchange, open, openMany, request, type Target } from './sockets.js';

/** One way to harm the api. */
export interface Row {
  readonly name: string;
  readonly what: string;
  /** Whether it is a single request, which must not stall the event loop; crowds are only measured. */
  readonly single?: boolean;
  /** The status that shows that the request went as far as it should; a row with another one fails. */
  readonly reaches?: number;
  /** Runs until the attack is over. Returns what the api sent, where that is read. */
  attack(target: Target): Promise<readonly string[]>;
}

const CARD = '4111111111111111';
const login = (body: string) => request('POST /v1/auth/login', body);
const authorized = ({ token }: Target) => ({ Authorization: `Bearer ${token}` });
const order = (target: Target, body: unknown) =>
  request('POST /v1/orders', JSON.stringify(body), { ...authorized(target), 'Idempotency-Key': randomUUID() });
/** Lines of all products in turn: of one product nobody may hold so many pieces unpaid. */
const lines = ({ productIds }: Target, count: number) =>
  Array.from({ length: count }, (_, n) => ({ productId: productIds[n % productIds.length], quantity: 1 }));
const registration = () =>
  request(
    'POST /v1/auth/register',
    JSON.stringify({ email: `${randomUUID()}@till.test`, name: 'Eve', password: 'a long enough one' }),
  );
const members = (bytes: number) => {
  const parts: string[] = [];
  for (let size = 0; size < bytes; size += parts.at(-1)!.length + 1) parts.push(`"a${parts.length}":0`);
  return `{${parts.join()}}`;
};
const single = (name: string, what: string, reaches: number, text: (target: Target) => string): Row => ({
  name,
  what,
  single: true,
  reaches,
  attack: async (target) => [await exchange(target, text(target))],
});
const crowd = (name: string, what: string, count: number, text: (target: Target, n: number) => string): Row => ({
  name,
  what,
  attack: (target) => Promise.all(Array.from({ length: count }, (_, n) => exchange(target, text(target, n), 10_000))),
});
/** Ten values of 200 characters for each of ten attributes, which is all that a search takes, and everything else it has. */
const deepFilter = () => {
  const attributes = Array.from(
    { length: 100 },
    (_, n) => `attributes%5Ba${n % 10}%5D=${`${n}`.padEnd(200, 'v')}`,
  ).slice(0, 64);
  const words = Array.from({ length: 60 }, (_, n) => `w${n}`)
    .join('+')
    .slice(0, 200);
  return `q=${words}&currency=EUR&minPrice=1&maxPrice=999999&sort=-price&${attributes.join('&')}`;
};

/** Leaves connections open for a while that send something and then nothing, or read nothing. */
const held = (name: string, what: string, count: number, seconds: number, text: string, reads = true): Row => ({
  name,
  what,
  attack: async (target) => {
    const sockets = await openMany(target, count);
    for (const socket of sockets) {
      if (!reads) deaf(socket);
      else socket.resume();
      if (text) socket.write(text);
    }
    await delay(seconds * 1000);
    for (const socket of sockets) socket.destroy();
    return [];
  },
});

const spaced = async (target: Target, parts: readonly string[], ms: number, connections: number) => {
  const sockets = await openMany(target, connections);
  for (const part of parts) {
    for (const socket of sockets) if (socket.writable) socket.resume().write(part);
    await delay(ms);
  }
  for (const socket of sockets) socket.destroy();
  return [];
};

export const rows: readonly Row[] = [
  { name: 'nothing', what: 'no attack, for comparison', attack: async () => delay(3000, []) },
  single('card-name', 'a member name of 3,800 card numbers (64 kB)', 400, () =>
    login(`{"${Array.from({ length: 3800 }, () => CARD).join('x')}":0}`.slice(0, 64_000) + '":0}'),
  ),
  single('card-name-large', 'the same of 6,400 (109 kB)', 413, () =>
    login(`{"${Array.from({ length: 6400 }, () => CARD).join('x')}":0}`),
  ),
  single('card-url', 'a URL of 15 kB of card numbers', 400, () =>
    request(`GET /v1/products?q=${`${CARD}x`.repeat(880)}`),
  ),
  single('long-url', 'a URL of 15 kB', 400, () => request(`GET /v1/products?q=${'a'.repeat(15_000)}`)),
  single('long-path', 'a path of 7,000 segments', 404, () => request(`GET ${'/a'.repeat(7000)}`)),
  single('many-parameters', 'a query of 2,500 parameters', 200, () =>
    request(`GET /v1/products?${Array.from({ length: 2500 }, (_, n) => `a${n}`).join('&')}`),
  ),
  single('members-small', '64 kB of {"a0":0,...} to sign-in', 400, () => login(members(63_000))),
  single('members', '1 MiB of {"a0":0,...} to sign-in', 413, () => login(members(2 ** 20 - 20))),
  single('elements-small', '64 kB of [0,0,...] to sign-in', 400, () => login(`[${'0,'.repeat(32_000)}0]`)),
  single('elements', '1 MiB of [0,0,...] to sign-in', 413, () => login(`[${'0,'.repeat(524_000)}0]`)),
  single('deep', '30,000 lists in each other', 400, () => login('['.repeat(30_000) + ']'.repeat(30_000))),
  single('hash-digits', '64 kB of hexadecimal card numbers', 400, () =>
    login(JSON.stringify({ email: `a${CARD}`.repeat(3800) })),
  ),
  single('metadata', 'an order with 240 kB of metadata', 400, (target) =>
    order(target, {
      lines: lines(target, 1),
      metadata: JSON.parse(members(240_000)) as unknown,
    }),
  ),
  single('largest-order', 'an order of 1,500 lines', 201, (target) => order(target, { lines: lines(target, 1500) })),
  single('wrong-lines', 'an order of 1,500 lines that are all wrong', 400, (target) =>
    order(target, { lines: Array.from({ length: 1500 }, () => ({ productId: 'x', quantity: -1, a: 1, b: 2 })) }),
  ),
  single('empty-lines', 'an order of 8,000 empty lines', 400, (target) =>
    order(target, { lines: Array.from({ length: 8000 }, () => ({})) }),
  ),
  single('openapi', 'the OpenAPI document', 200, () => request('GET /openapi.json')),
  single('signatures', '200 signatures on a webhook of 1 MB', 400, () => {
    const signatures = Array.from(
      { length: 200 },
      (_, n) => `v1=${createHmac('sha256', 'x').update(String(n)).digest('hex')}`,
    );
    const t = Math.floor(Date.now() / 1000);
    const headers = { 'Till-Sandbox-Signature': `t=${t},${signatures.join()}` };
    return request('POST /v1/providers/sandbox/webhooks', `"${'x'.repeat(1_000_000)}"`, headers);
  }),
  single('filter', 'a search of 60 words with prices and 64 values of ten attributes (15 kB)', 200, (target) =>
    request(`GET /v1/products?${deepFilter()}`, '', authorized(target)),
  ),
  single('filter-deep', 'a search with attributes[a][a]... 1,500 deep', 400, (target) =>
    request(`GET /v1/products?attributes${'%5Ba%5D'.repeat(1500)}=1`, '', authorized(target)),
  ),
  single('headers', '100 headers of 150 bytes', 200, () =>
    request(
      'GET /v1/products',
      '',
      Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`X-A${n}`, 'x'.repeat(140)])),
    ),
  ),
  single('huge-headers', 'one header of 64 kB', 431, () =>
    request('GET /v1/products', '', { 'X-A': 'x'.repeat(64_000) }),
  ),
  single('compressed', 'a gzip bomb of 50 MB', 415, () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, 32)).toString('latin1');
    return request('POST /v1/auth/login', bomb, { 'Content-Encoding': 'gzip' });
  }),
  {
    name: 'pipelined-unread',
    what: '400 pipelined GET /openapi.json and 4 registrations on a connection that reads nothing',
    attack: async (target) => {
      const socket = deaf(await open(target));
      socket.write(request('GET /openapi.json').repeat(400) + Array.from({ length: 4 }, registration).join(''));
      await delay(5000);
      socket.destroy();
      return [];
    },
  },
  {
    name: 'registrations-unread',
    what: '20 documents and 8 registrations on each of 4 connections that read nothing',
    attack: async (target) => {
      const sockets = (await openMany(target, 4)).map(deaf);
      for (const socket of sockets)
        socket.write(request('GET /openapi.json').repeat(20) + Array.from({ length: 8 }, registration).join(''));
      await delay(5000);
      for (const socket of sockets) socket.destroy();
      return [];
    },
  },
  held('slow-readers', '200 connections that read nothing of a document', 200, 5, request('GET /openapi.json'), false),
  held('idle', '2,000 connections that send nothing', 2000, 5, ''),
  held('half-head', '500 connections that send half a head', 500, 12, 'GET /v1/products HTTP/1.1\r\nHost: t'),
  held(
    'half-body',
    '200 connections that send 60 kB of a body of 64 kB and stop',
    200,
    8,
    `${request('POST /v1/auth/login', '', { 'Content-Type': 'application/json', 'Content-Length': '64000' })}${'x'.repeat(60_000)}`,
  ),
  {
    name: 'slowloris',
    what: '300 connections that send a header each half second',
    attack: (target) =>
      spaced(target, ['GET / HTTP/1.1\r\n', ...Array.from({ length: 24 }, (_, n) => `X-A${n}: 1\r\n`)], 500, 300),
  },
  crowd('sign-ins', '60 sign-ins at once', 60, (_, n) =>
    login(JSON.stringify({ email: `a${n}@till.test`, password: 'a guess' })),
  ),
  crowd('small-requests', '3,000 requests to unknown addresses', 3000, (_, n) => request(`GET /nowhere/${n}`)),
  crowd('searches', '300 searches of rare words', 300, (target, n) =>
    request(`GET /v1/products?q=zq${n}+a+e+i`, '', authorized(target)),
  ),
  crowd('proofs', '30 full proofs at once', 30, ({ adminToken }) =>
    request('GET /v1/ledger/proof?full=true', '', { Authorization: `Bearer ${adminToken}` }),
  ),
  crowd('orders', '200 orders of 1,500 lines', 200, (target) => order(target, { lines: lines(target, 1500) })),
];
