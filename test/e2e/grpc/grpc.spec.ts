import { randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GrpcServer } from '../../../src/grpc/index.js';
import { detailsOf, grpcClient } from '../../support/grpc.js';
import { allLogged } from '../../support/live.js';
import { admin, api, mug, place, placeAndPay, scenario, shopper, stranger } from '../../support/scenario.js';

scenario({
  worker: true,
  people: ['shopper', 'stranger', 'support', 'admin'],
  mugs: 100_000,
  unchecked: true,
  env: { GRPC_PORT: '0' },
});

let client: ReturnType<typeof grpcClient>;
beforeAll(() => void (client = grpcClient(api.app.get(GrpcServer, { strict: false }).port!)));
afterAll(() => client?.close());

const refused = (code: status) => ({ code });
const line = () => ({ productId: mug.id, quantity: 2 });
const placeByGrpc = (idempotencyKey: string, lines = [line()], token = shopper.token) =>
  client.call('OrderService/PlaceOrder', { idempotencyKey, lines }, { token });

describe('An order by gRPC', () => {
  it('is the one of REST', async () => {
    const order = await placeAndPay(2, mug);
    const { body } = await client.call('OrderService/GetOrder', { id: order.id }, { token: shopper.token });
    const rest = await api.orderOf(order);
    expect(body['order']).toMatchObject({
      id: order.id,
      number: order.number,
      total: 2000,
      status: 'ORDER_STATUS_CONFIRMED',
      paymentStatus: 'ORDER_PAYMENT_STATUS_PAID',
      fulfillmentStatus: 'FULFILLMENT_STATUS_UNFULFILLED',
      lines: [{ sku: mug.sku, quantity: 2, unitPrice: 1000, total: 2000 }],
      createdAt: { seconds: Math.floor(Date.parse(rest.createdAt) / 1000) },
    });
  });

  it('is placed once for each idempotency key, with free values as they are', async () => {
    const idempotencyKey = randomUUID();
    const metadata = { fields: { gift: { boolValue: true }, list: { listValue: { values: [{ numberValue: 1.5 }] } } } };
    const request = { idempotencyKey, lines: [line()], metadata };
    const [first, again] = [
      await client.call('OrderService/PlaceOrder', request, { token: shopper.token }),
      await client.call('OrderService/PlaceOrder', request, { token: shopper.token }),
    ];
    expect(again.body).toEqual(first.body);
    expect(again.metadata.get('idempotent-replayed')).toEqual(['true']);
    const { id } = first.body['order'] as { id: string };
    expect(await api.orderOf({ id })).toMatchObject({ metadata: { gift: true, list: [1.5] } });
    const other = placeByGrpc(idempotencyKey, [{ ...line(), quantity: 3 }]);
    await expect(other).rejects.toMatchObject(refused(status.ALREADY_EXISTS));
  });

  it('is paid in the same call, and its payments are listed', async () => {
    const request = { idempotencyKey: randomUUID(), lines: [line()], payment: { paymentMethod: 'pm_ok' } };
    const { body } = await client.call('OrderService/PlaceOrder', request, { token: shopper.token });
    expect(body['payment']).toMatchObject({
      status: 'PAYMENT_STATUS_CAPTURED',
      capturedAmount: 2000,
      capture: 'CAPTURE_MODE_AUTOMATIC',
    });
    const { id, orderId } = body['payment'] as { id: string; orderId: string };
    const read = await client.call('PaymentService/GetPayment', { id }, { token: shopper.token });
    const list = await client.call('PaymentService/ListOrderPayments', { orderId }, { token: shopper.token });
    expect([read.body['payment'], list.body['payments']]).toEqual([body['payment'], [body['payment']]]);
  });

  it('is found by filters, page by page', async () => {
    const placed = [await place(), await place(), await place()];
    const request = {
      limit: 2,
      status: 'ORDER_STATUS_PENDING',
      createdFrom: { seconds: Math.floor(Date.parse(placed[0]!.createdAt) / 1000) },
    };
    const first = await client.call('OrderService/ListOrders', request, { token: shopper.token });
    expect(first.body['orders']).toMatchObject([{ id: placed[2]!.id }, { id: placed[1]!.id }]);
    const cursor = first.body['nextCursor'] as string;
    const second = await client.call('OrderService/ListOrders', { ...request, cursor }, { token: shopper.token });
    expect((second.body['orders'] as unknown[])[0]).toMatchObject({ id: placed[0]!.id });
  });
});

describe('Whoever calls by gRPC', () => {
  it('needs a token, and sees what they see by REST', async () => {
    const { id } = await place();
    const read = (token?: string) => client.call('OrderService/GetOrder', { id }, { token });
    await expect(read()).rejects.toMatchObject(refused(status.UNAUTHENTICATED));
    await expect(read('no token')).rejects.toMatchObject(refused(status.UNAUTHENTICATED));
    await expect(read(stranger.token)).rejects.toMatchObject(refused(status.NOT_FOUND));
    expect((await read(admin.token)).body['order']).toMatchObject({ id });
  });

  it('may be a machine with an API key, within its scopes', async () => {
    const { id } = await placeAndPay(1, mug);
    const body = { name: 'ERP', scopes: ['orders:read'] };
    const { body: key } = await api.post<{ key: string }>('/v1/api-keys', { token: admin.token, body, key: null });
    expect((await client.call('OrderService/GetOrder', { id }, { token: key.key })).body['order']).toMatchObject({
      id,
    });
    const payments = client.call('PaymentService/ListPayments', {}, { token: key.key });
    await expect(payments).rejects.toMatchObject(refused(status.PERMISSION_DENIED));
  });

  it('counts for the same limits', async () => {
    const { metadata } = await client.call('OrderService/ListOrders', {}, { token: shopper.token });
    expect(String(metadata.get('ratelimit')[0])).toContain('"user";r=');
    expect(String(metadata.get('ratelimit')[0])).toContain('"address";r=');
  });

  it('learns what is wrong in the words of the API', async () => {
    const last = await api.product(1);
    const error = await placeByGrpc(randomUUID(), [{ productId: last.id, quantity: 2 }]).catch((it: unknown) => it);
    expect(error).toMatchObject(refused(status.FAILED_PRECONDITION));
    expect(detailsOf(error as never)['ErrorInfo']).toEqual({
      reason: 'INSUFFICIENT_STOCK',
      domain: 'till',
      metadata: { code: 'insufficient_stock', type: expect.stringContaining('/problems/insufficient_stock') as string },
    });
    const invalid = await placeByGrpc('key', [{ productId: 'mug', quantity: 1 }]).catch((it: unknown) => it);
    expect(invalid).toMatchObject(refused(status.INVALID_ARGUMENT));
    const { BadRequest, RequestInfo } = detailsOf(invalid as never);
    expect(BadRequest).toMatchObject({ fieldViolations: [{ field: 'lines.0.productId' }] });
    expect(RequestInfo!['requestId']).toMatch(/^[\da-f-]{36}$/);
  });

  it('is told of a value that JSON lacks, and of an enum that nobody knows', async () => {
    const metadata = { fields: { weight: { numberValue: Number.NaN } } };
    const request = { idempotencyKey: randomUUID(), lines: [line()], metadata };
    const placing = client.call('OrderService/PlaceOrder', request, { token: shopper.token });
    await expect(placing).rejects.toMatchObject(refused(status.INVALID_ARGUMENT));
    const listing = client.call('OrderService/ListOrders', { status: 99 }, { token: shopper.token });
    await expect(listing).rejects.toMatchObject(refused(status.INVALID_ARGUMENT));
  });

  it('is answered at the deadline', async () => {
    const late = client.call('OrderService/ListOrders', {}, { token: shopper.token, deadlineMs: 0 });
    await expect(late).rejects.toMatchObject(refused(status.DEADLINE_EXCEEDED));
    const events = client.stream('EventService/StreamEvents', {}, { token: shopper.token, deadlineMs: 3000 });
    await events.first('ready');
    expect(await events.ended).toMatchObject(refused(status.DEADLINE_EXCEEDED));
  });

  it.each(['../users/me', '..', '', undefined])('reaches no other path by the id %s', async (id) => {
    const read = client.call('OrderService/GetOrder', { id }, { token: shopper.token });
    await expect(read).rejects.toMatchObject(refused(status.NOT_FOUND));
    const list = client.call('PaymentService/ListOrderPayments', { orderId: id }, { token: shopper.token });
    await expect(list).rejects.toMatchObject(refused(status.NOT_FOUND));
  });
});

describe('Events by gRPC', () => {
  it('come to those who may see them, and continue after a sequence', async () => {
    await allLogged(api);
    const [mine, others] = [shopper, stranger].map(({ token }) =>
      client.stream('EventService/StreamEvents', { types: ['order.*'] }, { token }),
    );
    await Promise.all([mine!.first('ready'), others!.first('ready')]);
    const order = await place();
    const event = await mine!.first('event');
    expect(event).toMatchObject({
      type: 'order.placed',
      aggregate: { type: 'order', id: order.id },
      actorId: shopper.id,
    });
    mine!.cancel();
    expect(await mine!.ended).toMatchObject(refused(status.CANCELLED));
    const missed = await place();
    const request = { types: ['order.placed'], after: event['sequence'] };
    const resumed = client.stream('EventService/StreamEvents', request, { token: shopper.token });
    expect(await resumed.first('event')).toMatchObject({ aggregate: { id: missed.id } });
    expect(others!.messages.filter((message) => message['event'])).toEqual([]);
    for (const stream of [others!, resumed]) stream.cancel();
  });

  it('are refused without a token, and for a filter that is none', async () => {
    const stranger = client.stream('EventService/StreamEvents', {});
    expect(await stranger.ended).toMatchObject(refused(status.UNAUTHENTICATED));
    const wrong = client.stream('EventService/StreamEvents', { types: ['?'] }, { token: shopper.token });
    expect(await wrong.ended).toMatchObject(refused(status.INVALID_ARGUMENT));
  });
});

const check = (service: string) => client.call('grpc.health.v1.Health/Check', { service });
it('Health checks know the services', async () => {
  expect((await check('')).body).toEqual({ status: 'SERVING' });
  expect((await check('till.v1.OrderService')).body).toEqual({ status: 'SERVING' });
  await expect(check('till.v1.Nothing')).rejects.toMatchObject(refused(status.NOT_FOUND));
});
