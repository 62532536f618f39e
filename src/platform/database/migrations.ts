import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { besideCode } from '../build/index.js';

/**
 * `requires` names the newest migration that a process must know to run on the schema that this one makes: its own name, if no process of
 * an earlier build can. Without it the schema only grows, and processes of all earlier builds continue to serve.
 */
export type MigrationClass = (new () => MigrationInterface) & { readonly requires?: string };

/** `.ts` where the sources run directly, `.js` in the build. */
const FILE = /^\d+-[\w-]+\.(js|ts)$/;

/**
 * The migrations of this build, in order. The folder is listed, not globbed: its path may contain any character.
 * @throws Error if there are none, which means that the build is incomplete
 */
export async function loadMigrations(folder: string = besideCode('migrations')): Promise<MigrationClass[]> {
  const files = readdirSync(folder).filter((name) => FILE.test(name));
  if (files.length === 0) throw new Error(`There are no migrations in ${folder}: the build is not complete.`);
  const found = await Promise.all(files.toSorted().map((name) => classesIn(path.join(folder, name))));
  return found.flat();
}

async function classesIn(file: string): Promise<MigrationClass[]> {
  const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Record<string, unknown>;
  return Object.values(module).filter(isMigration);
}

function isMigration(value: unknown): value is MigrationClass {
  return typeof value === 'function' && typeof (value as { prototype?: { up?: unknown } }).prototype?.up === 'function';
}

/**
 * Returns the SHA-256, in hex, of a migration's statements on an empty database: the same for source and build, and independent of
 * comments and layout.
 */
export async function checksumOf(migration: MigrationClass): Promise<string> {
  return createHash('sha256')
    .update((await statementsOf(migration)).join('\n'))
    .digest('hex');
}

/** Returns what a migration asks of its runner on an empty database, each call as JSON. */
export async function statementsOf(migration: MigrationClass): Promise<readonly string[]> {
  const asked: string[] = [];
  // A migration that needs rows ends here: only its statements until then count.
  await new migration().up(recorder('runner', asked)).catch(() => asked.push('needs rows'));
  return asked;
}

/** Replaces a query runner: records each call, and returns no rows. */
function recorder(name: string, asked: string[]): QueryRunner {
  return new Proxy(() => undefined, {
    get: (_, member) => (member === 'then' ? undefined : recorder(`${name}.${String(member)}`, asked)),
    apply: (_, __, parameters: unknown[]) => {
      asked.push(JSON.stringify([name, ...parameters]));
      return Promise.resolve([]);
    },
  }) as unknown as QueryRunner;
}
