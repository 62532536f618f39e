import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { type OpenApi, type Operation, resolve, type Schema } from '../../support/openapi.js';
import { admin, api, mug, place, scenario, shopper, stranger } from '../../support/scenario.js';

let openapi: OpenApi;
scenario({ people: ['shopper', 'stranger', 'admin'], mugs: 100 });
beforeAll(async () => {
  openapi = (await api.request<OpenApi>('GET /openapi.json')).body;
});

interface Placed extends Operation {
  readonly method: string;
  readonly path: string;
}
const operations = (): Placed[] =>
  Object.entries(openapi.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method, path })),
  );
const headersOf = ({ responses }: Operation, status: string) => Object.keys(responses[status]?.headers ?? {});

/** The prefix of the id that a schema's example has, such as `ord`. */
function prefixOf(schema: Schema | undefined): string | undefined {
  const id = schema?.$ref ? resolve(openapi, schema.$ref)?.properties?.['id'] : undefined;
  return /^(\w{3})_/.exec(String(id?.examples?.[0]))?.[1];
}

const names = (list: Placed[]) => list.map(({ operationId }) => operationId).toSorted();
/** What somebody gets who sends the tag that staff got. */
const known = async (path: string, token: string | undefined) => {
  const etag = (await api.get(path, admin)).headers.get('etag')!;
  return api.request(`GET ${path}`, { token, headers: { 'if-none-match': `*, ${etag}` } });
};
const cacheControl = async (path: string, token?: string) =>
  (await api.request(`GET ${path}`, { token })).headers.get('cache-control');

describe('What was created says where it is', () => {
  it('wherever there is something to read at its id, and nowhere else', () => {
    const readable = new Set(
      operations()
        .filter(({ method, path }) => method === 'get' && path.endsWith('/{id}'))
        .map(({ parameters = [] }) => /^\^(\w{3})_/.exec(parameters[0]?.schema?.pattern ?? '')?.[1]),
    );
    const created = operations().filter(({ responses }) => responses['201']);
    const expected = created.filter(({ responses }) => {
      const [media] = Object.values(responses['201']!.content ?? {});
      return readable.has(prefixOf(media?.schema));
    });
    const located = created.filter((operation) => headersOf(operation, '201').includes('Location'));
    // A transfer is the customer's, and its ledger transaction is not theirs to read; a role has a name.
    expect(names(located)).toEqual(
      [...names(expected).filter((name) => name !== 'transferStoreCredit'), 'createRole'].toSorted(),
    );
    expect(located.length).toBeGreaterThan(20);
  });

  it('also when the response is sent again, and not when the request is refused', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const request = { token: shopper.token, headers: key, body: { lines: [{ productId: mug.id, quantity: 1 }] } };
    const first = await api.request<{ id: string }>('POST /v1/orders', request);
    const again = await api.request<{ id: string }>('POST /v1/orders', request);
    const location = `/v1/orders/${first.body.id}`;
    expect([first, again].map(({ headers }) => headers.get('location'))).toEqual([location, location]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await api.get(location, shopper)).toMatchObject({ status: 200, body: { id: first.body.id } });
    const tooMany = { ...request, headers: {}, body: { lines: [{ productId: mug.id, quantity: 1000 }] } };
    const refused = await api.request('POST /v1/orders', { ...tooMany, headers: { 'idempotency-key': randomUUID() } });
    expect([refused.status, refused.headers.get('location')]).toEqual([409, null]);
  });
});

describe('A read says nothing twice', () => {
  it('as each operation describes', () => {
    const reads = operations().filter(({ method, path }) => method === 'get' && path.startsWith('/v1/'));
    const vague = reads.filter((read) => !headersOf(read, '200').includes('ETag') || !read.responses['304']);
    expect(vague.map(({ operationId }) => operationId)).toEqual([]);
    expect(reads.length).toBeGreaterThan(40);
  });

  const lists = ['/v1/orders', '/v1/payments', '/v1/users', '/v1/events', '/v1/promotions', '/v1/products'];
  it.each([...lists, '/v1/permissions'])(
    'GET %s responds 304 to who has its state, and 200 once it changed',
    async (path) => {
      const read = (etag = '') =>
        api.request(`GET ${path}`, { token: admin.token, headers: { 'if-none-match': etag } });
      const first = await read();
      const etag = first.headers.get('etag')!;
      expect([first.status, etag]).toEqual([200, expect.stringMatching(/^"[\w-]{16}"$/)]);
      const known = await read(`"other", ${etag}`);
      expect([known.status, known.text, known.headers.get('etag')]).toEqual([304, '', etag]);
      expect(known.headers.get('content-type')).toBeNull();
      expect((await read('"other"')).status).toBe(200);
    },
  );

  it('gives another page another tag', async () => {
    const before = await api.get('/v1/orders', shopper);
    await place();
    const headers = { 'if-none-match': before.headers.get('etag')! };
    expect(await api.request('GET /v1/orders', { token: shopper.token, headers })).toMatchObject({ status: 200 });
  });

  it('to nobody who may not read it, whatever they know', async () => {
    const order = await place();
    expect(await known('/v1/users', shopper.token)).toMatchObject({ status: 403 });
    expect(await known('/v1/users', undefined)).toMatchObject({ status: 401 });
    expect(await known(`/v1/orders/${order.id}`, stranger.token)).toMatchObject({ status: 404 });
    expect(await known(`/v1/orders/${order.id}/payments`, stranger.token)).toMatchObject({ status: 404 });
  });

  it('has caches ask each time for what is public, and keep nothing of what is not', async () => {
    expect(await cacheControl('/v1/products')).toBe('no-cache');
    expect(await cacheControl(`/v1/products/${mug.id}`)).toBe('no-cache');
    expect(await cacheControl('/v1/products', shopper.token)).toBe('no-store');
    expect(await cacheControl('/v1/orders', shopper.token)).toBe('no-store');
  });
});
