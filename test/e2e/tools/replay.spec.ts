import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ApiClient } from '../../../tools/replay/client.js';
import { planReplay } from '../../../tools/replay/plan.js';
import { parseRows } from '../../../tools/replay/rows.js';
import { Run } from '../../../tools/replay/run.js';
import { AuthService } from '../../../src/auth/index.js';
import { OrdersService } from '../../../src/orders/index.js';
import { decodeId, type OrderId } from '../../../src/shared/ids.js';
import { UsersService } from '../../../src/users/index.js';
import { importTaxRates } from '../../support/tax.js';
import { type Api, startApi } from '../../support/api.js';
import type { OrderBody, PageBody, PaymentBody } from '../../support/bodies.js';

const day = fileURLToPath(new URL('../../../tools/replay/dirty-day.csv', import.meta.url));
const password = 'a long enough password';

let api: Api;
beforeAll(async () => (api = await startApi()));
afterAll(() => api?.close());

/** A login for runs of one operator, to whom the keys of their requests belong. */
async function newLogin({ app }: Api) {
  const email = `${randomUUID()}@till.test`;
  const passwordHash = await app.get(AuthService).hashPassword(password);
  await app.get(UsersService).ensure({ email, name: 'Replayer', roles: ['admin'], passwordHash });
  return { email, password };
}

const replay = (...args: string[]) => replayOn(api, ...args);

async function replayOn(server: Api, ...args: string[]) {
  const main = fileURLToPath(new URL('../../../tools/replay/main.ts', import.meta.url));
  const { email } = await newLogin(server);
  const flags = ['--base-url', server.url, '--email', email, '--password', password];
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...flags, ...args]);
  const exit = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { out, err, code };
}

/** Everything a replay may leave behind: how much, and the last change of any of it. */
async function state({ sql }: Api): Promise<unknown> {
  const tables = ['products', 'stock_movements', 'orders', 'payments', 'payment_attempts', 'refunds'];
  const all = [...tables, 'ledger_transactions', 'ledger_entries'];
  return sql(`SELECT ${all.map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`).join(', ')},
    (SELECT max(updated_at) FROM orders) AS last_order, (SELECT max(updated_at) FROM payments) AS last_payment`);
}

describe('npm run replay', () => {
  it('plays a day, prints its figures and agrees with the API', async () => {
    const { out, err, code } = await replay(day);
    expect({ err, code }).toEqual({ err: '', code: 0 });
    expect(out).toContain('Placed 5 orders and made 6 refunds');
    expect(out).toMatch(
      /orders: +5\nlines: +11\nskipped: +3\ncaptured pence: +16860612\nrefunded pence: +16851251\nunmatched: +3\n/,
    );
    expect(out).toMatch(/captured pence +16860612 +16860612\n/);
    expect(out).toMatch(/ledger proof +balanced/);
  });

  it('changes nothing the second time, by its keys and without them', async () => {
    const before = await state(api);
    expect(await replay(day)).toMatchObject({ code: 0, err: '' });
    expect(await state(api)).toEqual(before);
    await api.sql('DELETE FROM idempotency_keys');
    expect(await replay(day)).toMatchObject({ code: 0, err: '' });
    expect(await state(api)).toEqual(before);
  });

  it(
    'plays a day whose prices include VAT, and agrees with the VAT report to the penny',
    { timeout: 900_000 },
    async () => {
      const taxed = await startApi();
      try {
        await importTaxRates(taxed.app);
        const { out, err, code } = await replayOn(taxed, process.env['RETAIL_FILE'] ?? day, '--tax', '20');
        expect({ err, code }).toEqual({ err: '', code: 0 });
        expect(out).toContain('The VAT report agrees with the file to the penny.');
        const [booked] = await taxed.sql(
          `SELECT -sum(e.amount)::int AS vat FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id WHERE a.code = 'vat_payable:GB:S:20'`,
        );
        expect(Number(booked!['vat'])).toBeGreaterThan(0);
        expect(await taxed.sql(NOT_BY_THE_RULE)).toEqual([]);
        expect(out).toMatch(new RegExp(`vat pence +${String(booked!['vat'])} +${String(booked!['vat'])}\n`));
      } finally {
        await taxed.close();
      }
    },
  );

  it('fails on a difference and says where it is', async () => {
    const orders = await api.get<PageBody<OrderBody>>('/v1/orders?limit=100', await api.admin());
    const order = orders.body.data.find(({ total }) => total === 1935);
    const payments = await api.get<PageBody<PaymentBody>>(`/v1/orders/${order?.id}/payments`, await api.admin());
    await api.refund(await api.admin(), payments.body.data[0] as PaymentBody, { amount: 100, reason: 'goodwill' });
    const { out, err, code } = await replay(day);
    expect(code).toBe(1);
    expect(err).toContain('does not agree');
    expect(out).toMatch(/refunded pence +16851251 +16851351 +differs by 100\n/);
  });

  it('says what to do when no server answers', async () => {
    const { err, code } = await replay('--base-url', 'http://127.0.0.1:1', day);
    expect(code).toBe(1);
    expect(err).toContain('npm start');
  });

  it('says what is wrong with a file', async () => {
    expect(await replay('no-such-day.csv')).toMatchObject({ code: 1, err: expect.stringContaining('no-such-day.csv') });
  });
});

/**
 * Orders whose tax is not a sixth of their price, rounded half up, and lines whose tax is a penny or more off a sixth of theirs: 20 % of the net
 * is a sixth of a price that includes it. What refunds took back changes neither.
 */
const NOT_BY_THE_RULE = `
  SELECT o.id::text AS wrong FROM orders o JOIN order_lines l ON l.order_id = o.id
  GROUP BY o.id HAVING sum(l.tax) <> div(2 * sum(l.quantity * l.unit_price) + 6, 12)
  UNION ALL
  SELECT l.id::text FROM order_lines l WHERE abs(6 * l.tax - l.quantity * l.unit_price) >= 6 OR l.tax_mode <> 'inclusive'`;

describe('a replay that was interrupted', () => {
  let shop: Api;
  let login: Awaited<ReturnType<typeof newLogin>>;
  // Every run signs in anew, many within the minute.
  const limits = {
    RATE_LIMIT_SIGN_IN_PER_ACCOUNT: '1000',
    RATE_LIMIT_PER_USER: '100000',
    RATE_LIMIT_PER_ADDRESS: '100000',
  };
  beforeEach(async () => {
    shop = await startApi(limits);
    login = await newLogin(shop);
  });
  afterEach(() => shop?.close());
  const plan = planReplay(parseRows(readFileSync(day)));

  /** Plays until it is done, or `steps` things are; undefined when it was interrupted. */
  async function play(steps = Infinity) {
    const stop = new AbortController();
    const client = new ApiClient({ baseUrl: shop.url, ...login, connections: 2, signal: stop.signal });
    let left = steps;
    const step = () => (left -= 1) > 0 || stop.abort();
    const run = new Run(client, plan, { begin: () => undefined, step, end: () => undefined }, 2);
    const outcome = await run.play().catch((error: unknown) => {
      if (!stop.signal.aborted) throw error;
    });
    await client.close();
    return outcome;
  }

  it('goes on from there, wherever that was', async () => {
    for (let steps = 1; steps < 40; steps += 2) if (await play(steps)) break;
    expect(await play()).toMatchObject({ placed: 0, refunds: 0, api: plan.figures, balanced: true });
  });

  it('places anew what it had placed and not paid, once that has expired', async () => {
    const { token } = await shop.admin();
    const body = { email: 'customer-20001@replay.example', name: 'Customer 20001' };
    const customer = await shop.request<{ id: string }>('POST /v1/users', { token, body });
    const given = { customerId: customer.body.id, metadata: { source: 'replay', invoice: '581001' } };
    const unpaid = await shop.place({ id: '', token }, [{ productId: (await shop.product()).id, quantity: 1 }], {
      given,
    });
    shop.moveClock(901);
    expect(await shop.app.get(OrdersService).expire(decodeId('ord', unpaid.body.id) as OrderId)).toBe(true);
    shop.moveClock(0);
    expect(await play()).toMatchObject({ placed: 5, refunds: 6, api: plan.figures, balanced: true });
  });
});
