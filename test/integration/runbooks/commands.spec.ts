import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtEntry, runCli } from '../../support/build.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { asRunningRole } from '../../support/running-role.js';

/** A build may come first, in milliseconds. */
const BUILD = 180_000;
const FOLDER = 'docs/runbooks';
const text = readdirSync(FOLDER)
  .map((file) => readFileSync(path.join(FOLDER, file), 'utf8'))
  .join('\n');

/** What stands in backquotes and calls `till`, also by kubectl. */
const commands = [...new Set([...text.matchAll(/(?:`|-- )(till [a-z][^`]*)`/g)].map(([, command]) => command!))];
const statements = [...text.matchAll(/```sql\n([^]*?)```/g)].map(([, sql]) => sql!);

describe('A runbook', () => {
  let database: TestDatabase;
  let client: Client;
  beforeAll(async () => {
    await builtEntry('cli.js');
    database = await createDatabase();
    client = new Client({ connectionString: asRunningRole(database.url) });
    await client.connect();
  }, BUILD);
  afterAll(async () => {
    await client?.end();
    await database?.drop();
  });

  it('has SQL and commands', () => {
    expect(statements.length).toBeGreaterThan(2);
    expect(commands.length).toBeGreaterThan(7);
  });

  it.each(statements)('has SQL that the role of the processes may run: %s', async (sql) => {
    expect((await client.query(sql)).command).toBe('SELECT');
  });

  it.each(commands)('names a command with its options: %s', async (command) => {
    const words = command.split(' ').slice(1);
    const end = words.findIndex((word) => !/^[a-z][a-z-]*$/.test(word));
    const name = end === -1 ? words : words.slice(0, end);
    const { stdout } = await runCli([...name, '--help'], {});
    expect(stdout).toContain(`Usage: till ${name.join(' ')} [options]`);
    for (const option of command.match(/--[a-z-]+/g) ?? []) expect(stdout).toContain(option);
  });
});
