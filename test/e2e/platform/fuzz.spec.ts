import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { assertBooks } from '../../support/books.js';
import { type BusyShop, type Example, startBusyShop } from '../../support/every-request.js';
import { mutated, randomOf } from '../../support/mutation.js';
import { problemIn } from '../../support/problem.js';
import { commitSeed as seed } from '../../support/seed.js';

const ROUNDS = 40;

let shop: BusyShop;
beforeAll(async () => {
  shop = await startBusyShop();
});
afterAll(() => shop?.api.close());

it(`Whatever is sent, the answer is a success or a problem, and the books balance (seed ${seed})`, async () => {
  const random = randomOf(seed);
  const { api, admin, examples, values } = shop;
  const send = async ({ method, path, body }: Example) => {
    const text = mutated(random, body, values);
    const headers = { 'idempotency-key': randomUUID() };
    const answer = await api.request(`${method} ${path}`, { token: admin.token, body: text, headers });
    if (answer.status >= 400) problemIn(answer);
    return { path, text, status: answer.status };
  };
  for (let round = 0; round < ROUNDS; round++) {
    const answers = await Promise.all(examples().map(send));
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  }
  await assertBooks(api);
});
