import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../src/settings.js';
import { runCommand } from '../../src/platform/process/index.js';
import { Seed, SeedModule } from '../../src/seed/index.js';
import { type Api, startApi, startWorker } from '../../test/support/api.js';
import { findOnPath } from '../servers/executables.js';
import type { Facts } from './demo-file.js';
import { greeting, tour } from './greeting.js';

let api: Api;
let worker: Awaited<ReturnType<typeof startWorker>>;
let mail: string;
let demo: Facts;

beforeAll(async () => {
  mail = await mkdtemp(path.join(tmpdir(), "till mail's-"));
  api = await startApi({ MAIL_DIRECTORY: mail });
  worker = await startWorker(api);
  const { logins } = await runCommand(SeedModule, loadConfig(api.settings), Seed, (seed) => seed.run());
  const servers = { adminUrl: '', workerUrl: await worker.getUrl(), databaseUrl: '', redisUrl: '' };
  demo = { baseUrl: api.url, ...servers, logins };
});
afterAll(async () => {
  await worker?.close();
  await api?.close();
  await rm(mail, { recursive: true, force: true });
});

const shells = ['sh', 'bash'].filter((shell) => findOnPath(shell) && findOnPath('curl'));

test.each(shells)('the printed lines end in a paid order, a balanced ledger and an e-mail (%s)', async (shell) => {
  const before = (await readdir(mail)).length;
  const { stdout } = await promisify(execFile)(shell, ['-c', tour(demo, mail)]);
  const [payment, order, proof, ...mails] = stdout.trim().split('\n');
  expect(JSON.parse(payment as string)).toMatchObject({ status: 'captured' });
  const paid = { paymentStatus: 'paid', lines: [{ quantity: 1 }, { quantity: 2 }] };
  expect(JSON.parse(order as string)).toMatchObject(paid);
  expect(JSON.parse(proof as string)).toMatchObject({ balanced: true });
  expect(mails).toHaveLength(before + 1);
});

test('the greeting says the base URL, the docs and every login', () => {
  const text = greeting(demo, mail);
  for (const fact of [demo.baseUrl, `${demo.baseUrl}/docs`, ...demo.logins.map((login) => login.password)]) {
    expect(text).toContain(fact);
  }
});
