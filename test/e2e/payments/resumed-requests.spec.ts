import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { AttemptResolver } from '../../../src/payments/attempts/attempt-resolver.js';
import { UnsentAttempts } from '../../../src/payments/attempts/unsent-attempts.js';
import { SandboxProvider } from '../../../src/payments/providers/sandbox/sandbox.provider.js';
import { decodeId } from '../../../src/shared/ids.js';
import type { OrderBody, PageBody, PaymentBody, RefundBody } from '../../support/bodies.js';
import { type Money, moneyIn } from '../../support/money.js';
import { admin as staff, api, mug, scenario } from '../../support/scenario.js';

let money: Money;
let sandbox: SandboxProvider;
scenario({ env: { LOG_LEVEL: 'fatal' }, people: ['admin'], mugs: 1000 });
beforeAll(async () => {
  money = await moneyIn(api);
  sandbox = api.app.get(SandboxProvider, { strict: false });
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => money?.leave());

const place = async (): Promise<OrderBody> => (await api.place(staff, [{ productId: mug.id, quantity: 1 }])).body;
const attemptsOf = ({ id }: { id: string }, kind: string) =>
  api.sql(
    `SELECT a.state, a.sends FROM payment_attempts a JOIN payments p ON p.id = a.payment_id WHERE p.order_id = $1 AND a.kind = $2
     ORDER BY a.id`,
    [decodeId('ord', id), kind],
  );
/** The process ends after it has written the attempt and before it calls the provider. */
const dies = () => vi.spyOn(sandbox, 'send').mockRejectedValueOnce(new Error('The process ends.'));
/** The provider reads the next call late, and its answer is lost. */
function isSlow() {
  const [sent, arrives] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const send = sandbox.send.bind(sandbox);
  vi.spyOn(sandbox, 'send').mockImplementationOnce(async (attempt, signal) => {
    sent.resolve();
    await arrives.promise;
    await send(attempt, signal);
    return { state: 'unknown' };
  });
  return { sent: sent.promise, arrives: () => arrives.resolve() };
}
/** The resolver asks for what is due, and hears the answer late. */
function asks() {
  const [asked, hears] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const ask = sandbox.getStatus.bind(sandbox);
  vi.spyOn(sandbox, 'getStatus').mockImplementationOnce(async (attempt) => {
    const answer = await ask(attempt);
    asked.resolve();
    await hears.promise;
    return answer;
  });
  const over = api.app
    .get(AttemptResolver, { strict: false })
    .resolveDue((_about, error) => expect.unreachable(String(error)));
  return { asked: asked.promise, hears: () => (hears.resolve(), over) };
}

describe('A request that is repeated after its process ended', () => {
  it('is not given up while the provider is called, also when its order ends meanwhile', async () => {
    Object.assign(sandbox, { timeoutMs: 10_000 });
    const [order, key] = [await place(), randomUUID()];
    dies();
    expect((await api.pay(staff, order, {}, { key })).status).toBe(500);
    expect(await attemptsOf(order, 'authorize')).toEqual([{ state: 'started', sends: 1 }]);
    await api.passTime(31);
    const resolver = asks();
    await resolver.asked;
    const provider = isSlow();
    const repeated = api.pay(staff, order, {}, { key });
    await provider.sent;
    expect((await money.cancel(order)).status).toBe(201);
    await resolver.hears();
    provider.arrives();
    expect((await repeated).body).toMatchObject({ status: 'processing' });
    await money.resolve(31);
    await money.giveBack();
    expect(await attemptsOf(order, 'authorize')).toMatchObject([{ state: 'succeeded' }]);
    expect(await money.figures(order)).toMatchObject({ charged: 1000, captured: 1000, given: 1000, refunded: 1000 });
  });

  it('sends no refund that was given up meanwhile, and that a person tried again', async () => {
    const [order, key] = [await place(), randomUUID()];
    const payment: PaymentBody = (await api.pay(staff, order)).body;
    dies();
    expect((await api.refund(staff, payment, { amount: 300 }, { key })).status).toBe(500);
    await api.passTime(31);
    await api.sql(`UPDATE payment_attempts SET sends = 3 WHERE payment_id = $1 AND kind = 'refund'`, [
      decodeId('pay', payment.id),
    ]);
    // The repeat has read the attempt as it is now, and goes on when the resolver is through.
    const unsent = api.app.get(UnsentAttempts, { strict: false });
    const [read, goesOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const goOn = unsent.resume.bind(unsent);
    vi.spyOn(unsent, 'resume').mockImplementationOnce(async (started) => {
      read.resolve();
      await goesOn.promise;
      return goOn(started);
    });
    const repeated = api.refund(staff, payment, { amount: 300 }, { key });
    await read.promise;
    await money.resolve(0);
    expect(await attemptsOf(order, 'refund')).toEqual([{ state: 'declined', sends: 3 }]);
    const [refund] = (await api.get<PageBody<RefundBody>>(`/v1/payments/${payment.id}/refunds`, staff)).body.data;
    expect((await api.post(`/v1/refunds/${refund!.id}/retries`, { token: staff.token })).status).toBe(201);
    goesOn.resolve();
    expect((await repeated).body).toMatchObject({ id: refund!.id, status: 'succeeded' });
    expect(await money.figures(order)).toMatchObject({ given: 300, refunded: 300 });
  });
});
