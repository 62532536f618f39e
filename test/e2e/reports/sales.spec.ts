import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeId, type UserId } from '../../../src/shared/ids.js';
import type { Plan } from '../../../tools/replay/plan.js';
import { type Api, startApi } from '../../support/api.js';
import type { AccountBody, PageBody } from '../../support/bodies.js';
import { assertBooks } from '../../support/books.js';
import { type Movement, movementsOf, playFile, settle, timesOfFile, timesOfYear } from './retail-year.js';

interface Figures {
  readonly gross: number;
  readonly refunded: number;
  readonly net: number;
  readonly orders: number;
  readonly average: number;
}
type Row = Figures & { readonly key: string | null; readonly sku: string | null; readonly currency: string };
interface Report {
  readonly rows: readonly Row[];
  readonly totals: readonly Figures[];
  readonly more: boolean;
}

let api: Api;
let plan: Plan;
let users: ReadonlyMap<string, string>;

beforeAll(async () => {
  api = await startApi({ RATE_LIMIT_PER_USER: '100000', RATE_LIMIT_PER_ADDRESS: '100000' });
  plan = await playFile(api);
  const rows = await api.sql('SELECT id, email FROM users');
  users = new Map(rows.map((row) => [String(row['email']), encodeId('usr', row['id'] as UserId)]));
}, 240_000);
afterAll(() => api?.close());

const report = async (query: string) =>
  (await api.get<Report>(`/v1/reports/sales?limit=10000&${query}`, await api.person('finance'))).body;

/** The day, Monday or first of the month of a time, in a time zone. */
function periodOf(unit: string, at: Date, timeZone: string): string {
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(at);
  if (unit === 'month') return `${day.slice(0, 8)}01`;
  const date = new Date(`${day}T00:00:00Z`);
  if (unit === 'week') date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  return date.toISOString().slice(0, 10);
}

/** Adds up parts of movements by a key, without any SQL. */
function sums(parts: readonly (Movement & { readonly key: string })[]) {
  const found: Record<string, { gross: number; refunded: number; orders: Set<string> }> = {};
  for (const { key, kind, amount, order } of parts) {
    const row = (found[key] ??= { gross: 0, refunded: 0, orders: new Set() });
    row[kind === 'capture' ? 'gross' : 'refunded'] += amount;
    if (kind === 'capture') row.orders.add(order.invoice);
  }
  return Object.fromEntries(
    Object.entries(found).map(([key, { gross, refunded, orders }]) => [key, [gross, refunded, orders.size]]),
  );
}

/** The parts of an order's money by product: its lines when it was paid, and shares by price of what was refunded since. */
function byProduct(movements: readonly Movement[]): (Movement & { readonly key: string })[] {
  const refunded = new Map<string, number>();
  return movements
    .toSorted((a, b) => a.at.getTime() - b.at.getTime())
    .flatMap((movement) => {
      const { order, kind, amount } = movement;
      const before = refunded.get(order.invoice) ?? 0;
      if (kind === 'refund') refunded.set(order.invoice, before + amount);
      let upTo = 0n;
      return order.lines.map(({ sku, quantity, unitPrice }) => {
        const [from, to] = [upTo, (upTo += BigInt(quantity * unitPrice))];
        const share = (money: number) =>
          (BigInt(money) * to) / BigInt(order.total) - (BigInt(money) * from) / BigInt(order.total);
        const part = kind === 'capture' ? quantity * unitPrice : Number(share(before + amount) - share(before));
        return { ...movement, key: sku, amount: part };
      });
    });
}

const figures = ({ gross, refunded, orders }: Figures) => [gross, refunded, orders];
const byKey = ({ rows }: Report) => Object.fromEntries(rows.map((row) => [row.sku ?? row.key, figures(row)]));

describe.each([
  ['two days of a retailer', timesOfFile, 'from=2010-12-01&to=2010-12-03'],
  ['a year of a retailer', timesOfYear, 'from=2025-01-01&to=2026-02-01'],
])('Sales of %s', (_, times, period) => {
  let movements: readonly Movement[];
  beforeAll(async () => {
    movements = movementsOf(plan, times);
    await settle(api, movements);
  });

  it.each(
    ['day', 'week', 'month'].flatMap((unit) =>
      ['UTC', 'Europe/London', 'Asia/Kathmandu', 'America/St_Johns'].map((timeZone) => [unit, timeZone] as const),
    ),
  )('by %s in %s are those of the file', async (unit, timeZone) => {
    const inside = movements.map((movement) => ({ ...movement, key: periodOf(unit, movement.at, timeZone) }));
    const [from, to] = [period.slice(5, 15), period.slice(19)];
    const shown = inside.filter(({ at }) => {
      const day = periodOf('day', at, timeZone);
      return day >= from && day < to;
    });
    const found = await report(`by=${unit}&timeZone=${timeZone}&${period}`);
    expect(byKey(found)).toEqual(sums(shown));
    expect(found.rows.map(({ key }) => key)).toEqual(found.rows.map(({ key }) => key).toSorted());
  });

  it('by customer are those of the file', async () => {
    const expected = sums(movements.map((movement) => ({ ...movement, key: users.get(movement.email)! })));
    expect(byKey(await report(`by=customer&${period}`))).toEqual(expected);
  });

  it('by product are those of the file', async () => {
    const expected = Object.entries(sums(byProduct(movements))).filter(
      ([, [gross, refunded]]) => gross !== 0 || refunded !== 0,
    );
    expect(byKey(await report(`by=product&${period}`))).toEqual(Object.fromEntries(expected));
  });

  it('are those of the ledger and of the proof, to the penny', async () => {
    const { body } = await api.get<PageBody<AccountBody>>('/v1/ledger/accounts?limit=100', await api.person('finance'));
    const balance = (code: string) => body.data.find((account) => account.code === code)?.balance;
    const { rows, totals } = await report(`by=currency&${period}`);
    const { captured, refunded, orders } = plan.figures;
    expect([-balance('sales')!, balance('refunds')]).toEqual([captured, refunded]);
    expect(totals).toEqual([
      {
        currency: 'GBP',
        gross: captured,
        refunded,
        net: captured - refunded,
        orders,
        average: Math.round(captured / orders),
      },
    ]);
    expect(rows.map(figures)).toEqual(totals.map(figures));
    for (const by of ['day', 'product', 'customer']) {
      const sum = (await report(`by=${by}&${period}`)).rows.reduce((all, { net }) => all + net, 0);
      expect([by, sum]).toEqual([by, captured - refunded]);
    }
    await assertBooks(api);
  });

  it('as CSV are the same', async () => {
    const headers = { accept: 'text/csv' };
    const finance = await api.person('finance');
    const answer = await fetch(`${api.url}/v1/reports/sales?by=product&${period}`, {
      headers: { ...headers, authorization: `Bearer ${finance.token}` },
    });
    expect(answer.headers.get('content-type')).toContain('text/csv');
    const rows = parse(await answer.text(), { columns: true }) as Record<string, string>[];
    const { rows: json } = await report(`by=product&${period}`);
    expect(rows.map((row) => [row['sku'], Number(row['gross']), Number(row['refunded'])])).toEqual(
      json.map(({ sku, gross, refunded }) => [sku, gross, refunded]),
    );
  });
});
