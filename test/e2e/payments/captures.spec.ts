import { afterEach, describe, expect, it } from 'vitest';
import { type PaymentAction, paymentActions } from '../../../src/payments/domain/payment-state.js';
import { decodeId } from '../../../src/shared/ids.js';
import type { OrderBody, PaymentBody } from '../../support/bodies.js';
import { assertBooks } from '../../support/books.js';
import { api, conflict, finance, mug, scenario, shopper, statusesOf as axes } from '../../support/scenario.js';

scenario({ asRole: 'running', people: ['shopper', 'finance'], mugs: 10_000, unchecked: true });

const capture = ({ id }: PaymentBody, given: object = {}) =>
  api.post<PaymentBody>(`/v1/payments/${id}/captures`, { token: finance.token, body: given });
const cancel = ({ id }: PaymentBody) =>
  api.post<PaymentBody>(`/v1/payments/${id}/cancellation`, { token: finance.token });

/** An order of 10.00 EUR whose payment is only authorised. */
const authorized = async () => {
  const order = (await api.place(shopper, [{ productId: mug.id, quantity: 1 }])).body;
  const payment = (await api.pay(shopper, order, { capture: 'manual' })).body;
  return { order, payment };
};

describe('a payment with capture: manual', () => {
  /** Whatever a test did, the books balance after it, and agree with the provider's. */
  afterEach(() => assertBooks(api));

  it('is authorised first, which confirms the order', async () => {
    const { order, payment } = await authorized();
    expect(payment).toMatchObject({ status: 'authorized', authorizedAmount: 1000, capturedAmount: 0 });
    expect(await axes(order)).toBe('confirmed authorized');
  });

  it('is captured whole when no amount is given', async () => {
    const { order, payment } = await authorized();
    expect(await capture(payment)).toMatchObject({ status: 201, body: { status: 'captured', capturedAmount: 1000 } });
    expect(await axes(order)).toBe('confirmed paid');
    expect(await capture(payment)).toMatchObject(conflict('invalid_transition'));
    expect(await cancel(payment)).toMatchObject(conflict('invalid_transition'));
  });

  it('is captured in parts up to what was authorised', async () => {
    const { order, payment } = await authorized();
    expect((await capture(payment, { amount: 300 })).body).toMatchObject({
      status: 'partially_captured',
      capturedAmount: 300,
    });
    expect(await axes(order)).toBe('confirmed partially_paid');
    expect(await capture(payment, { amount: 701 })).toMatchObject(conflict('amount_too_large'));
    expect((await capture(payment, { amount: 700 })).body).toMatchObject({ status: 'captured', capturedAmount: 1000 });
    expect(await axes(order)).toBe('confirmed paid');
  });

  it('is cancelled when nothing was captured, and the order can be paid anew', async () => {
    const { order, payment } = await authorized();
    expect(await cancel(payment)).toMatchObject({ status: 201, body: { status: 'cancelled', capturedAmount: 0 } });
    expect(await axes(order)).toBe('confirmed unpaid');
    expect((await api.pay(shopper, order)).body).toMatchObject({ status: 'captured', amount: 1000 });
    expect(await axes(order)).toBe('confirmed paid');
  });

  it('stays captured when the rest is given up', async () => {
    const { payment } = await authorized();
    await capture(payment, { amount: 300 });
    expect((await cancel(payment)).body).toMatchObject({ status: 'captured', capturedAmount: 300 });
    expect(await capture(payment, { amount: 1 })).toMatchObject(conflict('invalid_transition'));
  });

  it.each([300, 100])('leaves the rest to be captured or given up after %i of 300 went back', async (amount) => {
    for (const go of [capture, cancel]) {
      const { payment } = await authorized();
      await capture(payment, { amount: 300 });
      await api.refund(finance, payment, { amount });
      expect(await go(payment)).toMatchObject({ status: 201, body: { capturedAmount: go === capture ? 1000 : 300 } });
      expect(await capture(payment)).toMatchObject(conflict('invalid_transition'));
      expect(await cancel(payment)).toMatchObject(conflict('invalid_transition'));
    }
  });

  it('is not captured any more once its order was cancelled', async () => {
    const { order, payment } = await authorized();
    expect((await api.post(`/v1/orders/${order.id}/cancellation`, { token: shopper.token, body: {} })).status).toBe(
      201,
    );
    expect(await capture(payment)).toMatchObject(conflict('invalid_transition'));
    expect(await cancel(payment)).toMatchObject({ status: 201, body: { status: 'cancelled', capturedAmount: 0 } });
  });

  it('needs payments:capture to be captured or cancelled', async () => {
    const { payment } = await authorized();
    const paths = ['captures', 'cancellation'].map((action) => `/v1/payments/${payment.id}/${action}`);
    for (const path of paths) {
      expect(await api.post(path, { token: shopper.token })).toMatchObject({
        status: 403,
        body: { code: 'forbidden' },
      });
    }
  });

  it('is captured once by one key, however often it is sent', async () => {
    const { payment } = await authorized();
    const options = { token: finance.token, body: { amount: 400 }, key: `capture-${payment.id}` };
    const path = `/v1/payments/${payment.id}/captures`;
    const answers = await Promise.all(Array.from({ length: 20 }, () => api.post<PaymentBody>(path, options)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(await api.paymentOf(payment)).toMatchObject({ capturedAmount: 400 });
  });
});

/** What the sandbox did for a payment, by its own books. */
const doneAtProvider = async ({ id }: PaymentBody) => {
  const done = `SELECT kind FROM sandbox.operations WHERE payment_id = $1 AND outcome = 'succeeded' ORDER BY kind`;
  return (await api.sql(done, [decodeId('pay', id)])).map(({ kind }) => kind);
};
/** What the ledger holds of an order. */
const posted = ({ id }: OrderBody) =>
  api.sql(
    `SELECT t.kind, e.amount::int FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
     WHERE t.order_id = $1 AND e.amount > 0`,
    [decodeId('ord', id)],
  );

describe('at once', () => {
  afterEach(() => assertBooks(api));

  it('ten captures of 30 % take three times 30 %', async () => {
    const { payment } = await authorized();
    const answers = await Promise.all(Array.from({ length: 10 }, () => capture(payment, { amount: 300 })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(7);
    expect(await api.paymentOf(payment)).toMatchObject({ capturedAmount: 900, status: 'partially_captured' });
  });

  it('ten refunds of 30 % give back three times 30 %', async () => {
    const { payment } = await authorized();
    await capture(payment);
    const answers = await Promise.all(Array.from({ length: 10 }, () => api.refund(finance, payment, { amount: 300 })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    expect(await api.paymentOf(payment)).toMatchObject({ refundedAmount: 900, status: 'partially_refunded' });
  });

  it('fifty refunds of everything give it back once', async () => {
    const { payment } = await authorized();
    await capture(payment);
    const answers = await Promise.all(Array.from({ length: 50 }, () => api.refund(finance, payment)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(49);
    expect(await api.paymentOf(payment)).toMatchObject({ refundedAmount: 1000, status: 'refunded' });
    expect(await doneAtProvider(payment)).toEqual(['authorize', 'capture', 'refund']);
  });

  it('capture and cancellation: one wins, each time of 200', async () => {
    for (let round = 0; round < 200; round++) {
      const { order, payment } = await authorized();
      const sends = [() => capture(payment), () => cancel(payment)];
      if (round % 2 === 1) sends.reverse();
      const answers = await Promise.all(sends.map((send) => send()));
      expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409]);
      const { status } = await api.paymentOf(payment);
      expect(answers.find((answer) => answer.status === 201)?.body.status).toBe(status);
      const captured = status === 'captured';
      expect(await doneAtProvider(payment)).toEqual(['authorize', captured ? 'capture' : 'void']);
      expect(await posted(order)).toEqual(captured ? [{ kind: 'capture', amount: 1000 }] : []);
    }
  }, 120_000);
});

/** Amounts that each status stands for, of a payment of 10.00. */
const amountsOf: Record<string, Record<string, number>> = {
  authorized: { authorized_amount: 1000 },
  partially_captured: { authorized_amount: 1000, captured_amount: 300 },
  captured: { authorized_amount: 1000, captured_amount: 1000 },
  partially_refunded: { authorized_amount: 1000, captured_amount: 1000, refunded_amount: 300 },
  refunded: { authorized_amount: 1000, captured_amount: 1000, refunded_amount: 1000 },
  cancelled: { authorized_amount: 1000, voided_amount: 1000 },
};
const refusedPairs = Object.entries(paymentActions).flatMap(([status, allowed]) =>
  (['capture', 'cancel', 'refund'] satisfies PaymentAction[])
    .filter((action) => !(action in allowed))
    .map((action) => [status, action] as const),
);
const paths = { capture: 'captures', cancel: 'cancellation', refund: 'refunds' } as const;

/** A digest of every table but the one that keeps refusals, too, to be repeated byte for byte. */
async function everything() {
  const tables = await api.sql(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname IN ('public', 'sandbox') AND tablename <> 'idempotency_keys' ORDER BY 1`,
  );
  const digests = tables.map(
    ({ name }) => `SELECT '${String(name)}' AS table, count(*)::int AS rows,
    md5(string_agg(t::text, '' ORDER BY t::text)) AS digest FROM ${String(name)} t`,
  );
  return api.sql(`${digests.join(' UNION ALL ')} ORDER BY 1`);
}

describe('every pair of status and action outside the table', () => {
  it.each(refusedPairs)('%s refuses to %s, and no row changes', async (status, action) => {
    const { payment } = await authorized();
    const id = decodeId('pay', payment.id);
    const amounts = {
      authorized_amount: 0,
      captured_amount: 0,
      refunded_amount: 0,
      voided_amount: 0,
      ...amountsOf[status],
    };
    const columns = Object.entries(amounts).map(([column, amount]) => `${column} = ${amount}`);
    await api.sql(`UPDATE payments SET status = $2, ${columns.join(', ')} WHERE id = $1`, [id, status]);
    const before = await everything();
    const answer = await api.post(`/v1/payments/${payment.id}/${paths[action]}`, { token: finance.token });
    expect(answer).toMatchObject(conflict('invalid_transition'));
    expect(await everything()).toEqual(before);
  });
});
