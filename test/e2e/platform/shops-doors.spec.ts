import { type ServiceError, status } from '@grpc/grpc-js';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { buildSchema, isNonNullType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCHEMA } from '../../../src/graphql/schema.js';
import { GrpcServer } from '../../../src/grpc/index.js';
import { type Api, type Person, serveApi, settingsOn, startWorker } from '../../support/api.js';
import type { OrderBody, PaymentBody } from '../../support/bodies.js';
import { grpcClient } from '../../support/grpc.js';
import { allLogged, connectSocket, readStream } from '../../support/live.js';
import { type ShopApi, startShopApis, twinsIn } from '../../support/shop-apis.js';
import { neverExisted, publicIdsIn, withoutIds } from '../../support/strange-ids.js';

const KEY = 'the-same-key-in-both';
const doors = { GRAPHQL: 'on', GRPC_PORT: '0' };
type Name = 'north' | 'south';

let shops: Awaited<ReturnType<typeof startShopApis>>;
let first: Api;
let workers: readonly NestFastifyApplication[] = [];
let bosses: Readonly<Record<Name, Person>>;
let key: string;
let order: OrderBody;
let payment: PaymentBody;
let customer: Person;
let product: string;

beforeAll(async () => {
  shops = await startShopApis(doors);
  const { north, south, databaseUrl, redisUrl } = shops;
  first = await serveApi({ ...settingsOn({ DATABASE_URL: databaseUrl, REDIS_URL: redisUrl }), ...doors });
  workers = [await startWorker(north), await startWorker(south)];
  bosses = await twinsIn({ north, south }, 'admin');
  const body = { name: 'ERP', scopes: ['orders:read', 'payments:read'] };
  key = (await south.post<{ key: string }>('/v1/api-keys', { token: bosses.south.token, body })).body.key;
  customer = await south.person();
  product = (await south.product(100)).id;
  order = await placeIn(south, customer, product);
  payment = (await south.pay(customer, order)).body;
}, 240_000);
afterAll(async () => {
  for (const worker of workers) await worker.close();
  await first?.close();
  await shops?.close();
});

const placeIn = async (api: ShopApi, who: Person, productId: string): Promise<OrderBody> =>
  (await api.place(who, [{ productId, quantity: 1 }])).body;
/** Who is refused: a token and a key of south, as nonsense is. */
const strangers = () => [bosses.south.token, key, 'no-token-of-any-shop'];

const idsOf = (): Record<string, string> => ({
  product,
  order: order.id,
  payment: payment.id,
  customer: customer.id,
  orderId: order.id,
  customerId: customer.id,
});
const selectionOf = (name: string) => (name.endsWith('s') ? '{ data { id } nextCursor }' : '{ id }');
const ask = (query: string, token: string) => shops.north.request('POST /graphql', { token, body: { query } });
const clientOf = ({ app }: Api) => grpcClient(app.get(GrpcServer, { strict: false }).port!);
const calls = (): [string, object][] => [
  ['OrderService/GetOrder', { id: order.id }],
  ['OrderService/ListOrders', {}],
  ['OrderService/PlaceOrder', { idempotencyKey: KEY, lines: [{ productId: product, quantity: 1 }] }],
  ['PaymentService/GetPayment', { id: payment.id }],
  ['PaymentService/ListPayments', {}],
  ['PaymentService/ListOrderPayments', { orderId: order.id }],
];
const refusalOf = async (call: Promise<unknown>) => {
  const { code, details } = (await call.catch((error: unknown) => error)) as ServiceError;
  return { code, details };
};

describe('GraphQL of one shop', () => {
  const fields = Object.values(buildSchema(SCHEMA).getQueryType()!.getFields());
  /** A query of each field by each id that it takes. */
  const queries = fields.flatMap(({ name, args }) => {
    const named = args.filter(({ type }) => String(type).startsWith('ID'));
    return named.map((arg) => [name, arg.name, isNonNullType(arg.type) ? name : arg.name] as const);
  });
  it('has fields that take ids', () => expect(queries.length).toBeGreaterThan(5));

  it.each(queries)('says of %s by %s of another one what it says of what never existed', async (field, arg, kind) => {
    const asked = {
      id: idsOf()[kind]!,
      body: { query: `{ ${field}(${arg}: "${idsOf()[kind]}") ${selectionOf(field)} }` },
    };
    const other = neverExisted(asked)!;
    const answer = await ask(asked.body.query, bosses.north.token);
    const ofNone = await ask((other.body as { query: string }).query, bosses.north.token);
    expect(withoutIds(answer, asked)).toEqual(withoutIds(ofNone, other));
  });

  it.each(fields.filter(({ args }) => args.every(({ type }) => !isNonNullType(type))).map(({ name }) => name))(
    'lists nothing of another one: %s',
    async (name) => {
      const { text } = await ask(`{ ${name}(limit: 100) { data { id } } }`, bosses.north.token);
      expect(publicIdsIn(text).filter((id) => Object.values(idsOf()).includes(id))).toEqual([]);
      expect(text).toContain('"data"');
    },
  );

  it.each(fields.map(({ name }) => name))('refuses tokens and keys of another one: %s', async (name) => {
    const required = fields.find((field) => field.name === name)!.args.some(({ type }) => isNonNullType(type));
    const query = `{ ${name}${required ? `(id: "${idsOf()[name]}")` : ''} ${selectionOf(name)} }`;
    for (const token of strangers()) expect((await ask(query, token)).status).toBe(401);
  });
});

describe('gRPC', () => {
  // With SHOPS=all, the process serves gRPC for the default shop alone.
  it.each(['default', 'north'])('of the shop %s takes no token and no key of another one', async (name) => {
    const client = clientOf(name === 'north' ? shops.north : first);
    // Metadata can't choose a shop.
    for (const metadata of [{}, { 'till-shop': 'south' }] as Readonly<Record<string, string>>[])
      for (const token of strangers()) {
        for (const [call, request] of calls())
          expect(await refusalOf(client.call(call, { ...request }, { token, metadata }))).toMatchObject({
            code: status.UNAUTHENTICATED,
          });
        const stream = client.stream('EventService/StreamEvents', {}, { token, metadata });
        expect((await stream.ended).code).toBe(status.UNAUTHENTICATED);
        expect(stream.messages).toEqual([]);
      }
    client.close();
  });

  it('says of ids of another one what it says of what never existed', async () => {
    const client = clientOf(shops.north);
    for (const [call, request] of calls()) {
      const other = neverExisted({ body: request });
      if (!other) continue;
      const named = await refusalOf(client.call(call, { ...request }, { token: bosses.north.token }));
      const ofNone = await refusalOf(client.call(call, { ...(other.body as object) }, { token: bosses.north.token }));
      const ids = publicIdsIn(JSON.stringify([request, other.body]));
      const plain = ({ code, details }: ServiceError | { code: number; details: string }) => ({
        code,
        details: ids.reduce((text, id) => text.replaceAll(id, 'ID'), details ?? ''),
      });
      expect(plain(named)).toEqual(plain(ofNone));
    }
    client.close();
  });
});

describe('Live events of one shop', () => {
  const ways = [
    [
      'WebSocket',
      (api: Api, token: string, after?: number) =>
        connectSocket(api.url, { token }, { query: after === undefined ? '' : `?after=${after}` }),
    ],
    [
      'a WebSocket that signs in by a message',
      (api: Api, token: string) => connectSocket(api.url, { token }, { signsIn: 'message' }),
    ],
    [
      'Server-Sent Events',
      (api: Api, token: string, after?: number) =>
        readStream(api.url, { token }, after === undefined ? {} : { lastEventId: after }),
    ],
  ] as const;

  it.each(ways)('are closed to tokens and keys of another one: %s', async (_, connect) => {
    const refused = await connect(shops.north, 'no-token-of-any-shop').closed;
    for (const token of [bosses.south.token, key]) {
      const client = connect(shops.north, token);
      expect(await client.closed).toEqual(refused);
      expect(client.messages.filter(({ event }) => event)).toEqual([]);
    }
    expect(refused.code).not.toBe(101);
  });

  it.each(ways)('bring nothing of another one, whose orders are placed meanwhile: %s', async (_, connect) => {
    const [ours, theirs] = [connect(shops.north, bosses.north.token), connect(shops.south, bosses.south.token)];
    await Promise.all([ours.ready, theirs.ready]);
    const placed = await placeIn(shops.south, customer, product);
    await theirs.events('order.placed');
    const mug = await shops.north.product(5);
    const buyer = await shops.north.person();
    const own = await placeIn(shops.north, buyer, mug.id);
    await ours.events('product.created', 'order.placed');
    const seen = ours.messages.flatMap(({ event }) => event?.aggregate.id ?? []);
    expect(seen).toContain(own.id);
    expect(seen).not.toContain(placed.id);
    for (const client of [ours, theirs]) client.close();
  });

  it('have no events of another one before now either', async () => {
    await shops.north.product(1);
    await allLogged(shops.north);
    const reader = readStream(shops.north.url, bosses.north, { lastEventId: 0 });
    await reader.events('product.created');
    const ids = new Set(reader.messages.flatMap(({ event }) => publicIdsIn(JSON.stringify(event ?? {}))));
    expect([order.id, payment.id, product, customer.id].filter((id) => ids.has(id))).toEqual([]);
    reader.close();
  });
});
