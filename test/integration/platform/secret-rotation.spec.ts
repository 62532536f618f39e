import { randomBytes, randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { examine, printed } from '../../../src/doctor/index.js';
import { Encryption } from '../../../src/platform/encryption/index.js';
import { loadConfig } from '../../../src/settings.js';
import { builtEntry, runCli } from '../../support/build.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';

const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const [old, young] = [key('2026'), key('2027')];
const using = (keys: string) => new Encryption(loadConfig({ ...env, ENCRYPTION_KEYS: keys }));
const ids = Array.from({ length: 12 }, () => randomUUID());
const place = (id: string) => ({ table: 'safes', column: 'secret', id });

/** What the doctor says of the keys. */
async function checked(keys: string): Promise<string[]> {
  const found: string[] = [];
  for await (const finding of examine({ ...env, ENCRYPTION_KEYS: keys }))
    if (finding.about === 'encryption keys') found.push(printed(finding));
  return found;
}

const rotate = (keys: string) => runCli(['secrets', 'rotate'], { ...env, ENCRYPTION_KEYS: keys });
let database: TestDatabase;
let env: Record<string, string>;
let client: Client;

const secrets = async (): Promise<Record<string, string>> => {
  const { rows } = await client.query<{ id: string; secret: string }>('SELECT * FROM safes');
  return Object.fromEntries(rows.map(({ id, secret }) => [id, secret]));
};
const keep = (id: string, text: string) =>
  client.query('INSERT INTO safes VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET secret = $2', [id, text]);

beforeAll(async () => {
  await builtEntry('cli.js');
  database = await createDatabase();
  env = { NODE_ENV: 'test', DATABASE_URL: database.url, REDIS_URL: 'redis://127.0.0.1:1', MAIL_DIRECTORY: '' };
  client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query('CREATE TABLE safes (id uuid PRIMARY KEY, secret encrypted)');
  for (const id of ids) await keep(id, using(old).encrypt(`secret of ${id}`, place(id)));
}, 240_000);
afterAll(async () => {
  await client?.end();
  await database?.drop();
});

describe('till secrets rotate', () => {
  it('can store nothing in such a column that no key encrypted', async () => {
    for (const text of ['JBSWY3DPEHPK3PXP', 'key:short', ':'.padEnd(60, 'a')])
      await expect(keep(ids[0]!, text)).rejects.toThrow('encrypted_with_a_key');
  });

  it('says how many secrets need a key that is missing or old', async () => {
    expect(await checked(young)).toEqual([expect.stringMatching(/^problem .*12 secrets need the key 2026, which/)]);
    expect(await checked(`${young},${old}`)).toEqual([expect.stringMatching(/^ok .*2027 encrypts; 12 secrets need/)]);
  });

  it('encrypts all with the newest key, and loses no change that is made meanwhile', async () => {
    const [first, second] = ids.toSorted() as [string, string];
    const changed = using(old).encrypt('a new secret', place(second));
    await client.query('BEGIN');
    await keep(second, changed);
    const rotated = rotate(`${young},${old}`);
    await vi.waitUntil(
      async () => {
        await client.query('SELECT pg_stat_clear_snapshot()');
        const { rows } = await client.query(
          "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
        );
        return rows.length === 1;
      },
      { timeout: 20_000 },
    );
    await client.query('COMMIT');
    expect(JSON.parse((await rotated).stdout)).toEqual({ key: '2027', rotated: 12 });
    const now = await secrets();
    for (const text of Object.values(now)) expect(text).toMatch(/^2027:/);
    expect(using(young).decrypt(now[second]!, place(second))).toBe('a new secret');
    expect(using(young).decrypt(now[first]!, place(first))).toBe(`secret of ${first}`);
    expect(await checked(young)).toEqual([expect.stringMatching(/^ok .*older keys are not needed/)]);
  });

  it('changes nothing when it runs again', async () => {
    const before = await secrets();
    expect(JSON.parse((await rotate(`${young},${old}`)).stdout)).toEqual({ key: '2027', rotated: 0 });
    expect(await secrets()).toEqual(before);
  });

  it('rotates the rest, names what it can not decrypt, and ends with 1', async () => {
    const [lost, foreign] = ids as [string, string];
    await keep(lost, using(key('2020')).encrypt('lost', place(lost)));
    await keep(foreign, using(key('2027')).encrypt('of another place', place(lost)));
    const third = key('2028');
    const failed = (await rotate(`${third},${young}`).catch((error: unknown) => error)) as {
      code: number;
      stdout: string;
      stderr: string;
    };
    expect(failed.code).toBe(1);
    expect(JSON.parse(failed.stdout)).toEqual({ key: '2028', rotated: 10 });
    expect(failed.stderr).toContain(`safes.secret of ${lost} can't be decrypted: ENCRYPTION_KEYS has no key 2020`);
    expect(failed.stderr).toContain(`safes.secret of ${foreign} can't be decrypted: it was changed`);
  });
});
