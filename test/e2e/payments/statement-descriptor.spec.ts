import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SandboxProvider } from '../../../src/payments/providers/sandbox/sandbox.provider.js';
import { decodeId } from '../../../src/shared/ids.js';
import type { PageBody, PaymentBody } from '../../support/bodies.js';
import { type Money, moneyIn } from '../../support/money.js';
import { api, mug, place, scenario, shopper } from '../../support/scenario.js';

let money: Money;
scenario({ mugs: 1000, unchecked: true });
beforeAll(async () => {
  money = await moneyIn(api);
});
afterAll(() => money?.leave());

const pay = async (given: object) => api.pay(shopper, await place(), given);
const paidWith = (statementDescriptor: string) => ({
  given: { payment: { paymentMethod: 'pm_ok', statementDescriptor } },
});
/** What the sandbox was told of each operation on a payment, oldest first. */
const toldOf = async ({ id }: PaymentBody) =>
  (
    await api.sql(
      'SELECT statement_descriptor AS told FROM sandbox.operations WHERE payment_id = $1 ORDER BY created_at',
      [decodeId('pay', id)],
    )
  ).map(({ told }) => told);
/** Writes it past the API. */
const write = (id: string, text: unknown) =>
  api.sql('UPDATE payments SET statement_descriptor = $2 WHERE id = $1', [decodeId('pay', id), text]);

const good = [
  'A',
  'z',
  'ORDER 1001',
  'Mugs & Co. #1001, (2)+',
  ' a ',
  '!#$%&()+,-./:;=?@[]^a',
  '_`{|}~A0123456789 2345',
];
const bad: readonly [string, unknown][] = [
  ['nothing', ''],
  ['more than 22 characters', 'a'.repeat(23)],
  ['no letter', '1001'],
  ['spaces alone', '   '],
  ...['<', '>', '\\', "'", '"', '*'].map((sign): [string, string] => [`a ${sign}`, `ORDER ${sign} 1001`]),
  ['a letter of another alphabet', 'ZAKAZ Ж'],
  ['an accent', 'CAFÉ 12'],
  ['a new line', 'ORDER\n1001'],
  ['a new line at its end', 'ORDER 1001\n'],
  ['an emoji', 'MUGS 😀'],
  ['a number', 1001],
  ['null', null],
];

describe('The statement descriptor of a payment', () => {
  it.each(good)('may be %j: it is kept, shown, and told to the provider', async (statementDescriptor) => {
    const { status, body } = await pay({ statementDescriptor });
    expect(status).toBe(201);
    expect(body).toMatchObject({ status: 'captured', statementDescriptor });
    expect(await api.paymentOf(body)).toEqual(body);
    expect(await toldOf(body)).toEqual([statementDescriptor]);
  });

  it.each(bad)('may not have %s', async (_, statementDescriptor) => {
    const refused = await pay({ statementDescriptor });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ pointer: '/statementDescriptor' }] } });
  });

  it('is taken with an order that is placed and paid in one request, by the same rule', async () => {
    const lines = [{ productId: mug.id, quantity: 1 }];
    const { status, body } = await api.place(shopper, lines, paidWith('ORDER 1001'));
    expect(status).toBe(201);
    const { data } = (await api.get<PageBody<PaymentBody>>(`/v1/orders/${body.id}/payments`, shopper)).body;
    expect(data).toMatchObject([{ status: 'captured', statementDescriptor: 'ORDER 1001' }]);
    expect(await toldOf(data[0]!)).toEqual(['ORDER 1001']);
    expect(await api.place(shopper, lines, paidWith('1001'))).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/payment/statementDescriptor' }] },
    });
  });

  it('is left to the provider when it is absent', async () => {
    const { body } = await pay({});
    expect(body).toMatchObject({ statementDescriptor: null });
    expect(await toldOf(body)).toEqual([null]);
  });

  it('is told again when the worker sends what was never sent', async () => {
    const sandbox = api.app.get(SandboxProvider, { strict: false });
    const send = vi.spyOn(sandbox, 'send').mockResolvedValueOnce({ state: 'not_sent' });
    const { body } = await pay({ statementDescriptor: 'LATER 1' });
    expect(await toldOf(body)).toEqual([]);
    await money.resolve();
    expect(send).toHaveBeenCalledTimes(2);
    send.mockRestore();
    expect(await api.paymentOf(body)).toMatchObject({ status: 'captured', statementDescriptor: 'LATER 1' });
    expect(await toldOf(body)).toEqual(['LATER 1']);
  });

  it('is no part of store credit, which stands on no statement', async () => {
    const credit = { provider: 'store_credit', paymentMethod: 'store_credit', statementDescriptor: 'ORDER 1001' };
    expect(await pay(credit)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/statementDescriptor', code: 'not_supported' }] },
    });
  });
});

describe('The database', () => {
  it('holds the same rule as the API, whoever writes', async () => {
    const { id } = (await pay({})).body;
    for (const text of good) await write(id, text);
    for (const [, text] of bad.filter(([, value]) => typeof value === 'string'))
      await expect(write(id, text)).rejects.toMatchObject({ constraint: 'statement_descriptor_of_cards' });
  });
});
