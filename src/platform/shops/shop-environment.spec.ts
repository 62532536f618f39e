import { mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { InvalidConfig } from '../config/index.js';
import { ShopEnvironments } from './shop-environment.js';

const names = {
  all: ['MAIL_FROM', 'API_SECRET', 'JOB_FOLDER', 'REDIS_URL', 'DATABASE_URL', 'PUBLIC_URL'],
  ofProcess: ['JOB_FOLDER'],
};
let directory: string;

const write = (name: string, text: string) => writeFileSync(path.join(directory, `${name}.env`), text);
const environmentsOf = (variables: Readonly<Record<string, string>>) =>
  new ShopEnvironments(
    variables,
    { domain: 'shops.example', directory, poolSize: 3 },
    'https://till.example:8443',
    names,
  );
/** What is set. */
const of = (variables: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(environmentsOf(variables).of('north')).filter(([, value]) => value !== undefined));

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'till-settings-'));
});

describe('The environment of a further shop', () => {
  it('has servers and keys from the process, and nothing that belongs to a module', () => {
    const ofProcess = {
      REDIS_URL: 'redis://r',
      JWT_PRIVATE_KEY_FILE: '/run/key',
      API_SECRET: 's',
      MAIL_FROM: 'a@b.example',
    };
    expect(of({ ...ofProcess, SHOP: 'default' })).toEqual({
      REDIS_URL: 'redis://r',
      JWT_PRIVATE_KEY_FILE: '/run/key',
      DATABASE_POOL_SIZE: '3',
      SHOP: 'north',
    });
  });

  it('has an address below the domain, where the process has one, and no origins of other pages', () => {
    expect(of({ PUBLIC_URL: 'https://till.example:8443', CORS_ORIGINS: 'https://web.example' })).toEqual({
      PUBLIC_URL: 'https://north.shops.example:8443',
      DATABASE_POOL_SIZE: '3',
      SHOP: 'north',
    });
  });

  it('has mails in a folder of its own', () => {
    expect(of({ MAIL_DIRECTORY: '/mails' })['MAIL_DIRECTORY']).toBe('/mails/north');
  });

  it('has what all shops have, and above that what it has itself', () => {
    write('_common', 'MAIL_FROM=all@till.example\nAPI_SECRET=all\n');
    write('north', 'API_SECRET=own\n');
    expect(of({})).toMatchObject({ MAIL_FROM: 'all@till.example', API_SECRET: 'own' });
  });

  it.each([
    ['DATABASE_URL_FILE=/run/north\n', { DATABASE_URL: 'postgres://all' }, { DATABASE_URL_FILE: '/run/north' }],
    ['DATABASE_URL=postgres://north\n', { DATABASE_URL_FILE: '/run/all' }, { DATABASE_URL: 'postgres://north' }],
  ])('takes %j instead of %j', (text, ofProcess, expected) => {
    write('north', text);
    expect(of(ofProcess)).toEqual({ ...expected, DATABASE_POOL_SIZE: '3', SHOP: 'north' });
  });

  it.each(['PORT=1', 'SHOP=south', 'NODE_ENV=development', 'JOB_FOLDER=/x', 'MAIL_FORM=typo', 'JOB_FOLDER_FILE=/x'])(
    'refuses %s, which no shop can have',
    (line) => {
      write('north', line);
      expect(() => of({})).toThrow(InvalidConfig);
      expect(() => of({})).toThrow(
        `${line.split('=')[0]}: is no setting of a shop (${path.join(directory, 'north.env')})`,
      );
    },
  );

  it('keeps the host name of its file while something else there, or the address itself, is wrong', () => {
    const environments = environmentsOf({});
    expect(environments.hostOf('north')).toBeUndefined();
    for (const text of ['PORT=1\nPUBLIC_URL=https://north.example/\n', 'PUBLIC_URL=nonsense\n']) {
      write('north', text);
      expect(environments.hostOf('north')).toBe('north.example');
    }
    write('north', 'API_SECRET=own\n');
    expect(environments.hostOf('north')).toBeUndefined();
  });

  it('refuses an address for all shops', () => {
    write('_common', 'PUBLIC_URL=https://one.example\n');
    expect(() => of({})).toThrow('PUBLIC_URL: belongs to one shop');
  });

  it('has another version when one of its files changes', () => {
    const environments = environmentsOf({});
    const before = environments.versionOf('north');
    expect(environments.versionOf('north')).toBe(before);
    write('north', 'API_SECRET=own\n');
    expect(environments.versionOf('north')).not.toBe(before);
    expect(environments.versionOf('south')).toBe(before);
  });

  it('has another version when a file with the same time replaces one', () => {
    const environments = environmentsOf({});
    const file = path.join(directory, 'north.env');
    write('north', 'API_SECRET=one\n');
    utimesSync(file, 1, 1);
    const before = environments.versionOf('north');
    write('north.new', 'API_SECRET=two\n');
    utimesSync(path.join(directory, 'north.new.env'), 1, 1);
    renameSync(path.join(directory, 'north.new.env'), file);
    expect(environments.versionOf('north')).not.toBe(before);
  });

  it('is none while the whole folder is away, and nothing has changed by that', () => {
    write('north', 'PUBLIC_URL=https://north.test\n');
    const environments = environmentsOf({});
    expect(environments.hostOf('north')).toBe('north.test');
    rmSync(directory, { recursive: true });
    expect(() => environments.of('north')).toThrow(InvalidConfig);
    expect(environments.versionOf('north')).toBeUndefined();
    expect(environments.hostOf('north')).toBe('north.test');
  });
});
