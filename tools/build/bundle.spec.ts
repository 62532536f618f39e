import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundle, CONTENT } from './bundle.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'till-bundle-'));
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
  for (const name of ['main', 'worker', 'cli'])
    write(
      `dist/src/${name}.js`,
      `import * as it from './${name === 'cli' ? 'cli/cli' : 'both'}.js';\nglobalThis.it = it;`,
    );
  write('dist/src/cli/cli.js', 'export {};');
  write('dist/migrations/1-first.js', "import { name } from '../src/shared.js';\nexport class First { name = name; }");
  write('dist/src/shared.js', "export const name = 'first';");
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): void {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** A package as it would be installed. */
function install(name: string, text: string): void {
  write(`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' }));
  write(`node_modules/${name}/index.js`, text);
}

const driver = (name: string) => `class ${name} { constructor() { this.used = true; } }\nexports.${name} = ${name};`;

const run = () =>
  execFileSync(process.execPath, ['--enable-source-maps', path.join(folder, 'dist/src/main.js')], { encoding: 'utf8' });

describe('A bundle', () => {
  it('has a package once, also for a package that makes a require of its own', async () => {
    install('counted', 'globalThis.count = (globalThis.count ?? 0) + 1;');
    const own =
      "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);\nrequire('counted');\n";
    write('node_modules/loader/package.json', '{"name":"loader","type":"module","main":"index.js"}');
    write('node_modules/loader/index.js', own);
    write('dist/src/both.js', "import 'counted';\nimport 'loader';\nconsole.log(globalThis.count);");
    await bundle(path.join(folder, 'dist'));
    rmSync(path.join(folder, 'node_modules'), { recursive: true });
    expect(run()).toBe('1\n');
  });

  it('is not made of a package that hides what it loads', async () => {
    install('hidden', "const { createRequire } = require('node:module');\ncreateRequire(__filename)('counted');");
    write('dist/src/both.js', "import 'hidden';");
    await expect(bundle(path.join(folder, 'dist'))).rejects.toThrow('makes a require of its own');
  });

  it('is not made where CommonJS would lose its names', async () => {
    install('named', 'exports.named = 1;');
    write('dist/src/both.js', "console.log((await import('named')).named);");
    await expect(bundle(path.join(folder, 'dist'))).rejects.toThrow('both.js imports named by import()');
  });

  it('keeps names of classes that two files have', async () => {
    write('dist/src/one.js', 'export class Same {}');
    write('dist/src/two.js', 'export class Same {}');
    write(
      'dist/src/both.js',
      "import * as a from './one.js';\nimport * as b from './two.js';\nconsole.log(a.Same.name, b.Same.name);",
    );
    await bundle(path.join(folder, 'dist'));
    expect(run()).toBe('Same Same\n');
  });

  it('names no function again that has its name', async () => {
    write(
      'dist/src/both.js',
      'const twice = (it) => it * 2;\nfunction Thrice() {}\nconsole.log(twice.name, Thrice.name);',
    );
    await bundle(path.join(folder, 'dist'));
    expect(run()).toBe('twice Thrice\n');
    expect(readFileSync(path.join(folder, 'dist/src/main.js'), 'utf8')).not.toMatch(/__name\((\(|Thrice)/);
  });

  it('names the line of the compiled file where an error began, and no line of a package', async () => {
    install('thrower', 'exports.fail = (text) => {\n  throw new Error(text);\n};');
    write(
      'dist/src/both.js',
      "import { fail } from 'thrower';\n\n\ntry {\n  fail('x');\n} catch (error) {\n  console.log(error.stack);\n}",
    );
    await bundle(path.join(folder, 'dist'));
    expect(run()).toMatch(/dist\/src\/main\.js:\d+:\d+\)\n.*dist\/src\/both\.js:5:/);
  });

  it('leaves out what a process does not use, also when another one does', async () => {
    write('dist/src/index.js', "export { api } from './api.js';\nexport { worker } from './work.js';");
    write('dist/src/api.js', "export const api = 'api';");
    write('dist/src/work.js', "globalThis.loaded = 'work.js';\nexport const worker = 'worker';");
    write('dist/src/both.js', "import { api } from './index.js';\nconsole.log(api, globalThis.loaded);");
    write('dist/src/worker.js', "import { worker } from './index.js';\nconsole.log(worker);");
    await bundle(path.join(folder, 'dist'));
    expect(run()).toBe('api undefined\n');
  });

  it('is not made where a file of Till is imported for its effect alone, which would be left out', async () => {
    write('dist/src/both.js', "import './effect.js';");
    write('dist/src/effect.js', 'globalThis.effect = true;');
    await expect(bundle(path.join(folder, 'dist'))).rejects.toThrow('effect.js');
  });

  it('loads node:http without what only some of its exports need', async () => {
    const lists = "console.log(process.moduleLoadList.includes('NativeModule internal/deps/undici/undici'));";
    write('dist/src/both.js', `import { createServer } from 'node:http';\ncreateServer();\n${lists}`);
    await bundle(path.join(folder, 'dist'));
    expect(run()).toBe('false\n');
  });

  it('has empty classes in place of drivers of TypeORM that it does not use', async () => {
    install(
      'typeorm',
      "exports.oracle = require('./driver/oracle/OracleDriver.js').OracleDriver;\nexports.postgres = require('./driver/postgres/PostgresDriver.js').PostgresDriver;",
    );
    write('node_modules/typeorm/driver/oracle/OracleDriver.js', driver('OracleDriver'));
    write('node_modules/typeorm/driver/postgres/PostgresDriver.js', driver('PostgresDriver'));
    write(
      'dist/src/both.js',
      "import { oracle, postgres } from 'typeorm';\nconsole.log(oracle.name, new oracle().used, new postgres().used);",
    );
    await bundle(path.join(folder, 'dist'));
    expect(run()).toBe('OracleDriver undefined true\n');
  });

  it('lists its files, and the packages whose code is in them', async () => {
    install('used', 'exports.used = 1;');
    write('dist/src/both.js', "import { used } from 'used';\nconsole.log(used);");
    await bundle(path.join(folder, 'dist'));
    const content = JSON.parse(readFileSync(path.join(folder, 'dist', CONTENT), 'utf8')) as Record<string, string[]>;
    expect(content['packages']).toEqual(['node_modules/used']);
    expect(content['files']).toEqual(
      expect.arrayContaining(['src/main.js', 'src/cli.js.map', 'migrations/1-first.js']),
    );
    expect(content['files']).not.toContain('src/both.js');
  });

  it('has migrations under their own names', async () => {
    write('dist/src/both.js', "import { name } from './shared.js';\nconsole.log(name);");
    await bundle(path.join(folder, 'dist'));
    const { First } = (await import(pathToFileURL(path.join(folder, 'dist/migrations/1-first.js')).href)) as {
      First: new () => { name: string };
    };
    expect(new First().name).toBe('first');
  });
});
