import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { AuthService } from '../../../src/auth/auth.service.js';
import { UsersService } from '../../../src/users/index.js';
import { ApiClient } from '../../../tools/replay/client.js';
import { type Plan, type PlannedOrder, planReplay, refundReason } from '../../../tools/replay/plan.js';
import { parseRows } from '../../../tools/replay/rows.js';
import { Run } from '../../../tools/replay/run.js';
import type { Api } from '../../support/api.js';

const file = readFileSync(fileURLToPath(new URL('../../../data/online-retail-2010-12-01_02.csv', import.meta.url)));

/** Money that moved, as the file has it: amounts in pence, a time, and what it was for. */
export interface Movement {
  readonly kind: 'capture' | 'refund';
  readonly order: PlannedOrder;
  /** The account of the customer. */
  readonly email: string;
  readonly amount: number;
  readonly at: Date;
  /** The invoice, or the reason of the refund. */
  readonly name: string;
}

/** Says when an order was paid or a refund made; `index` counts all of them. */
export type Times = (invoice: string, index: number) => Date;

/** The times of the file, which is of a shop in London in winter. */
export const timesOfFile: Times = (() => {
  const rows = parse(file, { columns: true, bom: true, relax_quotes: true }) as {
    InvoiceNo: string;
    InvoiceDate: string;
  }[];
  const times = new Map(rows.map((row) => [row.InvoiceNo, new Date(`${row.InvoiceDate.replace(' ', 'T')}Z`)]));
  return (invoice) => times.get(invoice)!;
})();

/** A year with something near each midnight and in each hour, in winter and in summer. */
export const timesOfYear: Times = (_invoice, index) => new Date(Date.UTC(2025, 0, 1) + index * 27.13 * 3_600_000);

/** Plays the file over HTTP. */
export async function playFile(api: Api): Promise<Plan> {
  const login = { email: `${randomUUID()}@till.test`, password: 'a long enough password' };
  const passwordHash = await api.app.get(AuthService).hashPassword(login.password);
  await api.app.get(UsersService).ensure({ email: login.email, name: 'Replayer', roles: ['admin'], passwordHash });
  const plan = planReplay(parseRows(file));
  const { signal } = new AbortController();
  const client = new ApiClient({ baseUrl: api.url, ...login, connections: 8, signal });
  const silent = { begin: () => undefined, step: () => undefined, end: () => undefined };
  await new Run(client, plan, silent, 8).play();
  await client.close();
  return plan;
}

/** Returns the money of the file, with these times. */
export function movementsOf(plan: Plan, times: Times): Movement[] {
  let index = 0;
  return plan.customers.flatMap(({ email, steps }) =>
    steps.map((step): Movement => {
      if (step.kind === 'order') {
        const at = times(step.invoice, index++);
        return { kind: 'capture', order: step, email, amount: step.total, at, name: step.invoice };
      }
      const at = times(step.creditNote, index++);
      return { kind: 'refund', order: step.order, email, amount: step.amount, at, name: refundReason(step) };
    }),
  );
}

/** Gives the money of the database these times. */
export async function settle({ sql }: Api, movements: readonly Movement[]): Promise<void> {
  const columns = [movements.map(({ name }) => name), movements.map(({ at }) => at.toISOString())];
  await sql('ALTER TABLE ledger_transactions DISABLE TRIGGER USER');
  await sql(
    `UPDATE ledger_transactions t SET created_at = m.at
     FROM unnest($1::text[], $2::timestamptz[]) AS m (name, at), orders o
     WHERE t.kind = 'capture' AND o.id = t.order_id AND o.metadata->>'invoice' = m.name`,
    columns,
  );
  await sql(
    `UPDATE ledger_transactions t SET created_at = m.at
     FROM unnest($1::text[], $2::timestamptz[]) AS m (name, at), payment_attempts a JOIN refunds r ON r.id = a.refund_id
     WHERE t.kind = 'refund' AND a.id = t.reference_id AND r.reason = m.name`,
    columns,
  );
  await sql('ALTER TABLE ledger_transactions ENABLE TRIGGER USER');
}
