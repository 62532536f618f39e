import { beforeAll, describe, expect, it } from 'vitest';
import type { OrderBody, PaymentBody } from '../../support/bodies.js';
import { problemIn } from '../../support/problem.js';
import { admin, api, mug, scenario, shopper } from '../../support/scenario.js';

let order: OrderBody;
let payment: PaymentBody;
scenario({ people: ['shopper', 'admin'], mugs: 1000, unchecked: true });
beforeAll(async () => {
  order = (await api.place(shopper, [{ productId: mug.id, quantity: 1 }])).body;
  payment = (await api.pay(shopper, order, { amount: 1 })).body;
});

/** What an order is placed with, as text, with some JSON put into it, or into its line, as it is. */
const withMember = (json: string) => `{"lines":[{"productId":"${mug.id}","quantity":1}],${json}}`;
const withInLine = (json: string) => `{"lines":[{"productId":"${mug.id}",${json}}]}`;
const nested = (depth: number) => withMember(`"metadata":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);
const lines = (count: number) => `{"lines":[${Array(count).fill(`{"productId":"${mug.id}","quantity":1}`).join()}]}`;

const place = async (body: string) => problemIn(await api.post('/v1/orders', { token: shopper.token, body }));
const refusal = (pointer: string) => ({
  status: 400,
  code: 'validation_failed',
  errors: expect.arrayContaining([expect.objectContaining({ pointer })]) as unknown[],
});

describe('An order is refused', () => {
  it.each<[string, () => string, string]>([
    ['an unknown property', () => withMember('"coupon":"X"'), '/coupon'],
    ['an unknown property of a line', () => withInLine('"quantity":1,"colour":"red"'), '/lines/0/colour'],
    ['a property named like a method', () => withMember('"toString":1'), '/toString'],
    ['a property named constructor', () => withMember('"metadata":{"constructor":"Ferrari"}'), '/metadata/constructor'],
    ['text for a number', () => withInLine('"quantity":"1"'), '/lines/0/quantity'],
    ['true for a number', () => withInLine('"quantity":true'), '/lines/0/quantity'],
    ['a list for a number', () => withInLine('"quantity":[1]'), '/lines/0/quantity'],
    ['null for a number', () => withInLine('"quantity":null'), '/lines/0/quantity'],
    ['no quantity', () => withInLine('"unitPrice":1'), '/lines/0/quantity'],
    ['a negative quantity', () => withInLine('"quantity":-1'), '/lines/0/quantity'],
    ['quantity zero', () => withInLine('"quantity":0'), '/lines/0/quantity'],
    ['quantity minus zero', () => withInLine('"quantity":-0'), '/lines/0/quantity'],
    ['half a piece', () => withInLine('"quantity":1.5'), '/lines/0/quantity'],
    ['too many pieces', () => withInLine('"quantity":1000001'), '/lines/0/quantity'],
    ['2^53', () => withInLine('"quantity":9007199254740992'), '/lines/0/quantity'],
    ['1e400', () => withInLine('"quantity":1e400'), '/lines/0/quantity'],
    ['a negative price', () => withInLine('"quantity":1,"unitPrice":-1'), '/lines/0/unitPrice'],
    ['a price beyond all amounts', () => withInLine('"quantity":1,"unitPrice":1000000000000'), '/lines/0/unitPrice'],
    ['no lines', () => '{}', '/lines'],
    ['an empty list of lines', () => '{"lines":[]}', '/lines'],
    ['lines that are text', () => '{"lines":"two mugs"}', '/lines'],
    ['lines that are an object', () => '{"lines":{"0":{},"length":1}}', '/lines'],
    ['a line that is null', () => '{"lines":[null]}', '/lines'],
    ['a line that is text', () => '{"lines":["x"]}', '/lines'],
    ['a line that is a list', () => '{"lines":[[]]}', '/lines'],
    ['a line inside a list', () => `{"lines":[[{"productId":"${mug.id}","quantity":1}]]}`, '/lines'],
    ['1,501 lines', () => lines(1501), '/lines'],
    ['a currency that is none', () => withMember('"currency":"EURO"'), '/currency'],
    ['a currency named like a method', () => withMember('"currency":"constructor"'), '/currency'],
    ['metadata that are text', () => withMember('"metadata":"x"'), '/metadata'],
    ['metadata that are a list', () => withMember('"metadata":[]'), '/metadata'],
    ['metadata of 20 kB', () => withMember(`"metadata":{"a":"${'x'.repeat(20_000)}"}`), '/metadata'],
    ['the id of another kind', () => `{"lines":[{"productId":"${shopper.id}","quantity":1}]}`, '/lines/0/productId'],
    ['an id with a NUL', () => String.raw`{"lines":[{"productId":"prd_\u0000","quantity":1}]}`, '/lines/0/productId'],
    ['a customer that is no id', () => withMember('"customerId":"me"'), '/customerId'],
    ['a NUL in text', () => withMember(String.raw`"metadata":{"note":"a\u0000b"}`), '/metadata/note'],
    ['a NUL in a name', () => withMember(String.raw`"metadata":{"a\u0000b":1}`), '/metadata/ab'],
    ['half a surrogate pair', () => withMember(String.raw`"metadata":{"note":"\ud800"}`), '/metadata/note'],
    ['a number in metadata that overflows', () => withMember('"metadata":{"n":[1e400]}'), '/metadata/n/0'],
    ['a number in metadata that is rounded', () => withMember('"metadata":{"n":9007199254740993}'), '/metadata/n'],
    ['deep nesting', () => nested(40), `/metadata${'/a'.repeat(31)}`],
    ['nesting 30,000 levels deep', () => nested(30_000), `/metadata${'/a'.repeat(31)}`],
    ['a list for an order', () => '[]', '/lines'],
    ['a list of an order', () => `[${withMember('"metadata":{}')}]`, '/lines'],
  ])('with %s', async (_, body, pointer) => expect(await place(body())).toMatchObject(refusal(pointer)));

  it.each<[string, () => string]>([
    ['half of one', () => '{"lines":['],
    ['two of them', () => '{}{}'],
    ['no JSON', () => 'lines=1'],
    ['NaN', () => withInLine('"quantity":NaN')],
    ['a comment', () => '{}// really'],
    ['a comma too many', () => '{"lines":[],}'],
    ['a raw NUL', () => withMember('"metadata":{"note":"a\0b"}')],
    ['__proto__', () => withMember('"__proto__":{"isAdmin":true}')],
    ['__proto__ in metadata', () => withMember('"metadata":{"__proto__":{"isAdmin":true}}')],
    ['__proto__ in other letters', () => withMember(String.raw`"\u005f_proto__":{}`)],
    ['constructor.prototype', () => withMember('"metadata":{"constructor":{"prototype":{"isAdmin":true}}}')],
    ['100,000 open brackets', () => '['.repeat(100_000)],
  ])('when its body is %s', async (_, body) => {
    expect(await place(body())).toMatchObject({ status: 400, code: 'malformed_request' });
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });

  it.each(['null', 'true', '1', '"order"'])('when its body is the JSON value %s', async (body) => {
    expect(await place(body)).toMatchObject({ status: 400 });
  });

  it('when its body is nothing, as when it says nothing', async () =>
    expect(await place('')).toMatchObject(refusal('/lines')));

  it('when its body has 10 MB', async () => {
    const body = withMember(`"metadata":{"note":"${'x'.repeat(10_000_000)}"}`);
    expect(await place(body)).toMatchObject({ status: 413, code: 'payload_too_large' });
  });

  it('but not with 1,500 lines, with text of all sorts, or deep within reason', async () => {
    const all = [lines(1500), nested(30), withMember('"metadata":{"note":"\u{1F600}\u200d\\u0001 \'; DROP TABLE"}')];
    const { token } = shopper;
    for (const body of all) expect((await api.post('/v1/orders', { token, body })).status).toBeLessThan(410);
    expect((await api.post('/v1/orders', { token, body: all[2] })).status).toBe(201);
  });
});

const pay = () => `/v1/orders/${order.id}/payments`;
const refund = () => `/v1/payments/${payment.id}/refunds`;
const fulfill = () => `/v1/orders/${order.id}/fulfillments`;

describe('A request is refused', () => {
  it.each<[string, () => string, string, string]>([
    ['a payment with nothing', pay, '{}', '/paymentMethod'],
    ['a payment of 0', pay, '{"paymentMethod":"pm_ok","amount":0}', '/amount'],
    ['a payment with a card', pay, '{"paymentMethod":"pm_ok","card":"4242"}', '/card'],
    ['a payment by an object', pay, '{"paymentMethod":{"$ne":1}}', '/paymentMethod'],
    ['a refund of -1', refund, '{"amount":-1}', '/amount'],
    ['a refund of half a cent', refund, '{"amount":0.5}', '/amount'],
    ['a refund of 2^53', refund, '{"amount":9007199254740992}', '/amount'],
    ['a refund with a number for a reason', refund, '{"reason":1}', '/reason'],
    ['a shipment of no line', fulfill, '{"lines":[]}', '/lines'],
    ['a shipment of null', fulfill, '{"lines":[null]}', '/lines'],
    ['a shipment of lists', fulfill, '{"lines":[[]]}', '/lines'],
    ['a shipment of what is no line', fulfill, '{"lines":[{"lineId":1,"quantity":1}]}', '/lines/0/lineId'],
    [
      'a cancellation with a novel for a reason',
      () => `/v1/orders/${order.id}/cancellation`,
      `{"reason":"${'x'.repeat(501)}"}`,
      '/reason',
    ],
  ])('that is %s', async (_, path, body, pointer) => {
    const answer = await api.post(path(), { token: admin.token, body });
    expect(problemIn(answer)).toMatchObject(refusal(pointer));
  });

  it('that is a shipment of one line twice', async () => {
    const line = { lineId: order.lines[0]?.id, quantity: 1 };
    const answer = await api.post(fulfill(), { token: admin.token, body: { lines: [line, line] } });
    expect(problemIn(answer)).toMatchObject(refusal('/lines'));
  });

  it.each(['[]', '"x"', '5', '[{}]'])('that has %s where an object may be left out', async (body) => {
    for (const path of [refund(), fulfill(), `/v1/orders/${order.id}/cancellation`]) {
      expect(problemIn(await api.post(path, { token: admin.token, body }))).toMatchObject({ status: 400 });
    }
    expect(await api.orderOf(order)).toMatchObject({ status: 'pending' });
  });
});
