import { randomUUID } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Statement } from '../../src/payments/providers/provider.js';
import type { Faults } from './faults.js';
import type { Fault } from './flow.js';
import type * as parts from './parts.js';

export interface StatementRun {
  readonly date: string;
  readonly statement: Statement;
  /** When the run began: what others posted before is nothing to this account. */
  readonly since: Date;
  /** Those of the run: what an earlier one has authorized may lapse meanwhile, and give money back. */
  readonly orders: ReadonlySet<string>;
}

/** Reconciles a day by one instance of the api. Returns what it failed with, if not on purpose. */
export async function reconcile(
  given: typeof parts,
  { app, faults }: { readonly app: NestFastifyApplication; readonly faults: Faults },
  { date, statement, since, orders }: StatementRun,
  fault?: Fault,
): Promise<unknown> {
  Object.assign(app.get(given.SandboxProvider, { strict: false }), {
    listSettlements: () => Promise.resolve(statement),
  });
  const clearing = app.get(given.ClearingRepository, { strict: false });
  const { postedBetween } = given.ClearingRepository.prototype;
  const own: typeof postedBetween = async (provider, from, to) => {
    if (since >= to) return [];
    const posted = await postedBetween.call(clearing, provider, from > since ? from : since, to);
    return posted.filter(({ orderId }) => orderId === null || orders.has(orderId));
  };
  const { ofTransactions } = given.ClearingRepository.prototype;
  const madeSince: typeof ofTransactions = async (provider, ids) =>
    (await ofTransactions.call(clearing, provider, ids)).filter(({ postedAt }) => postedAt >= since);
  Object.assign(clearing, { postedBetween: own, ofTransactions: madeSince });
  const context = { requestId: randomUUID() };
  const flow = faults.begin(context, fault);
  const run = () => app.get(given.Reconciler, { strict: false }).run('sandbox', date, () => undefined);
  const done = given.inRequest(context, run).then(
    () => undefined,
    (error: unknown) => error,
  );
  const error = await Promise.race([done, flow.died]);
  if (error === 'died') await flow.over();
  faults.end(context);
  return flow.struck ? undefined : error;
}
