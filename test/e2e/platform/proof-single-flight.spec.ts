import { EventEmitter, once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from 'pg';
import { Prover } from '../../../src/platform/proof/index.js';
import type { ProofBody } from '../../support/bodies.js';
import { problemIn } from '../../support/problem.js';
import { api, scenario } from '../../support/scenario.js';

/** Another process, which proves. */
let elsewhere: Client;
scenario({ env: { DATABASE_POOL_SIZE: '4' }, people: [], unchecked: true });
beforeAll(async () => {
  elsewhere = new Client({ connectionString: api.settings.DATABASE_URL });
  await elsewhere.connect();
});
afterAll(() => elsewhere?.end());

const read = async (query = '') =>
  api.get<ProofBody & { checkedAt: string }>(`/v1/ledger/proof${query}`, await api.admin());
/** Proofs stand still, each with its connection, until `open` is called. */
const holdProofs = () => {
  const prover = api.app.get(Prover);
  const prove = prover.prove.bind(prover);
  const opened = new EventEmitter();
  const gate = once(opened, 'open');
  const held = { begun: 0, open: () => opened.emit('open') };
  prover.prove = async (full) => {
    held.begun += 1;
    await gate;
    return prove(full);
  };
  return held;
};

describe('Proofs that are asked for at once', () => {
  it('share one run and one connection, and others are served beside it', async () => {
    const shopper = await api.person();
    const held = holdProofs();
    const proofs = Array.from({ length: 30 }, () => read());
    await expect.poll(() => held.begun).toBe(1);
    const orders = await Promise.all(Array.from({ length: 20 }, () => api.get('/v1/orders', shopper)));
    expect(orders.map(({ status }) => status)).toEqual(orders.map(() => 200));
    held.open();
    const answers = await Promise.all(proofs);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(held.begun).toBe(1);
    expect(new Set(answers.map(({ body }) => body.checkedAt)).size).toBe(1);
  });

  it('are refused with a time to come back while another process is at one', async () => {
    await elsewhere.query('BEGIN; SELECT pg_advisory_xact_lock(748461)');
    const refused = await read();
    expect(refused.headers.get('retry-after')).toBe('3');
    expect(problemIn(refused)).toMatchObject({ status: 503, code: 'proof_busy' });
    expect((await read('?full=true')).status).toBe(200);
    await elsewhere.query('ROLLBACK');
    expect((await read()).status).toBe(200);
  });

  it('run anew for whoever asks later', async () => {
    const [first, second] = [await read(), await read()];
    expect(second.body.checkedAt > first.body.checkedAt).toBe(true);
  });
});

it('refuses another value of full', async () => {
  expect((await read('?full=yes')).status).toBe(400);
});
