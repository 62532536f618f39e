import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import * as parts from './parts.js';
import { startTill, type Till } from './till.js';
import { torture } from './torture.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { redisDatabase } from '../support/redis.js';
import { commitSeed as seed } from '../support/seed.js';

let database: TestDatabase;
let till: Till;
beforeAll(async () => {
  database = await createDatabase();
  const redisUrl = await redisDatabase();
  till = await startTill(parts, { databaseUrl: database.url, redisUrl, mailDirectory: inject('mailDirectory') });
});
afterAll(async () => {
  await till?.close();
  await database?.drop();
});

/** Twenty runs take some 20 s on an idle machine. */
const PATIENT = { timeout: 400_000 };

it('No sequence of commands of the fixed seed leaves the books wrong', PATIENT, () =>
  expect(torture(till, { seed: 20_261_122, runs: 20, shrinkMs: 15_000 })).resolves.toBe(20),
);

it(`Nor does any of the commit's (seed ${seed})`, PATIENT, () =>
  expect(torture(till, { seed, runs: 20, shrinkMs: 15_000 })).resolves.toBe(20),
);
