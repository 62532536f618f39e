import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeId, newId } from '../../../src/shared/ids.js';
import { api, scenario } from '../../support/scenario.js';

let sessions: readonly [Client, Client];
/** The row ids of a payment without attempts under way, and of a refund of it. */
let paymentId: string;
let refundId: string;
scenario({ people: [], unchecked: true });
beforeEach(async () => {
  sessions = [await session(), await session()];
  const person = await api.person();
  const order = (await api.place(person, [{ productId: (await api.product()).id, quantity: 1 }])).body;
  const payment = (await api.pay(person, order)).body;
  paymentId = decodeId('pay', payment.id)!;
  refundId = newId<'rfd'>();
  const refund = `INSERT INTO refunds (id, payment_id, amount, reason, status) VALUES ($1, $2, 10, 'test', 'failed')`;
  await api.sql(refund, [refundId, paymentId]);
});
afterEach(() => Promise.all(sessions.map((one) => one.end())));

async function session(): Promise<Client> {
  const client = new Client({ connectionString: api.settings.DATABASE_URL });
  await client.connect();
  return client;
}

const INSERT = `
  INSERT INTO payment_attempts (id, payment_id, refund_id, kind, amount, state)
  VALUES ($1, $2, $3, $4, 10, $5)`;
const start = (client: Client, kind: string, state = 'started') =>
  client.query(INSERT, [newId(), paymentId, kind === 'refund' ? refundId : null, kind, state]);
const pidOf = async (client: Client) =>
  (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]!.pid;
const waits = async (pid: number) =>
  (await api.sql('SELECT cardinality(pg_blocking_pids($1)) AS n', [pid]))[0]?.['n'] === 1;
const kinds = [
  ['authorize', 'payment_attempts_live'],
  ['void', 'payment_attempts_live'],
  ['refund', 'payment_attempts_live_refund'],
] as const;

/** Both have begun; the second waits for what becomes of the first. */
async function race(kind: string): Promise<{ readonly late: Promise<unknown> }> {
  const [first, second] = sessions;
  const pid = await pidOf(second);
  await Promise.all(sessions.map((one) => one.query('BEGIN')));
  await start(first, kind);
  const late = start(second, kind).then(
    () => undefined,
    (error: unknown) => error,
  );
  await expect.poll(() => waits(pid), { timeout: 5000, interval: 10 }).toBe(true);
  return { late };
}

describe.each(kinds)('Of two connections that start to %s at once', (kind, constraint) => {
  it('the second is refused once the first has committed', async () => {
    const { late } = await race(kind);
    await sessions[0].query('COMMIT');
    expect(await late).toMatchObject({ code: '23505', constraint });
  });

  it('the second goes on once the first has rolled back', async () => {
    const { late } = await race(kind);
    await sessions[0].query('ROLLBACK');
    expect(await late).toBeUndefined();
  });

  it.each(['pending', 'requires_action', 'not_sent', 'unknown'])('none begins beside one that is %s', async (state) => {
    const [first, second] = sessions;
    await start(first, kind, state);
    await expect(start(second, kind)).rejects.toMatchObject({ code: '23505', constraint });
  });

  it.each(['succeeded', 'declined', 'failed'])('one begins after one that has %s', async (state) => {
    const [first, second] = sessions;
    await start(first, kind, state);
    expect((await start(second, kind)).rowCount).toBe(1);
  });
});
