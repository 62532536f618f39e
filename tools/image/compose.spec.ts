import { execFileSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CORE_SCHEMA, load, mergeTag } from 'js-yaml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const inClone = (...parts: string[]) => fileURLToPath(new URL(path.posix.join('../..', ...parts), import.meta.url));

interface Service {
  readonly image: string;
  readonly user?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition?: string }>>;
  readonly restart?: string;
  readonly profiles?: readonly string[];
  readonly configs?: readonly { readonly source: string }[];
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly configs: Readonly<Record<string, { readonly file: string }>>;
}

describe('The secrets of compose.yaml', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'till-secrets-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const make = () => {
    execFileSync(process.execPath, [inClone('deploy', 'compose', 'make-secrets.mjs'), folder]);
    const names = readdirSync(folder).filter((name) => name !== 'mail');
    return Object.fromEntries(names.map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]));
  };

  it('are made once, and fit together', () => {
    const made = make();
    const { username, password } = new URL(made['database-url']!);
    expect([username, password]).toEqual(['till', made['database-password']]);
    expect(createPrivateKey(made['jwt-key.pem']!).asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    expect(made['encryption-keys']).toMatch(/^till:[\w+/]{43}=$/);
    expect(made['admin-password']).toMatch(/^[0-9a-f]{48}$/);
    expect(make()).toEqual(made);
  });

  it('are completed where a run was interrupted', () => {
    const made = make();
    rmSync(path.join(folder, 'database-url'));
    expect(make()).toEqual(made);
  });
});

describe('compose.yaml', () => {
  const { services, configs } = load(readFileSync(inClone('compose.yaml'), 'utf8'), {
    schema: CORE_SCHEMA.withTags(mergeTag),
  }) as Compose;
  const till = Object.entries(services).filter(([, { image }]) => image === 'till:dev');

  it('runs everything of Till as the image expects it', () => {
    expect(till.map(([name]) => name)).toEqual(['secrets', 'migrate', 'admin', 'api', 'worker', 'till']);
    for (const [, service] of till) {
      expect(service).toMatchObject({ user: '10001:10001', read_only: true, cap_drop: ['ALL'] });
    }
  });

  it('has somebody wait for each service that ends, or `docker compose up --wait` fails', () => {
    const awaited = Object.values(services).flatMap(({ depends_on: others = {} }) =>
      Object.keys(others).filter((name) => others[name]?.condition === 'service_completed_successfully'),
    );
    const ending = Object.entries(services).filter(([, { restart, profiles }]) => !restart && !profiles);
    expect(new Set(awaited)).toEqual(new Set(ending.map(([name]) => name)));
  });

  it('refers to files and services that are there', () => {
    for (const { file } of Object.values(configs)) expect(existsSync(inClone(file))).toBe(true);
    for (const { depends_on: others = {}, configs: used = [] } of Object.values(services)) {
      const names = Array.isArray(others) ? (others as string[]) : Object.keys(others);
      expect(Object.keys(services)).toEqual(expect.arrayContaining(names));
      expect(Object.keys(configs)).toEqual(expect.arrayContaining(used.map(({ source }) => source)));
    }
  });
});
