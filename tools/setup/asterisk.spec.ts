import { execFile } from 'node:child_process';
import { existsSync, globSync, readFileSync, realpathSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterEach, beforeEach, expect, test } from 'vitest';

let parent: string;
let clone: string;
const write = async (name: string, text: string) => {
  await mkdir(path.dirname(path.join(clone, name)), { recursive: true });
  await writeFile(path.join(clone, name), text);
};
const run = (name: string) => promisify(execFile)(process.execPath, [path.join(clone, name)]);

/** A program whose packages import each other by a pattern of their exports, as Nest's do. */
beforeEach(async () => {
  parent = await mkdtemp(path.join(tmpdir(), 'till-asterisk-'));
  clone = path.join(parent, 'till* [1] (copy) {x} ?');
  const exports = { './*.js': './lib/*.js' };
  await write('node_modules/deep/package.json', JSON.stringify({ name: 'deep', type: 'module', exports }));
  await write('node_modules/deep/lib/a/b.js', `export const said = 'loaded';`);
  await write('node_modules/core/package.json', JSON.stringify({ name: 'core', type: 'module', exports: './core.js' }));
  await write('node_modules/core/core.js', `export { said } from 'deep/a/b.js';`);
  await write('program.mjs', `import { said } from 'core'; console.log(said);`);
  await cp('tools/setup/asterisk.mjs', path.join(clone, 'asterisk.mjs'));
  await write(
    'start.mjs',
    `import './asterisk.mjs';
     import { execFileSync } from 'node:child_process';
     await import('./program.mjs');
     execFileSync(process.execPath, [process.argv[1].replace("start.mjs", "program.mjs")], { stdio: 'inherit' });`,
  );
});
afterEach(() => rm(parent, { recursive: true }));

test('A clone with an asterisk in its path loads its packages, and so does what it starts', async () => {
  await expect(run('program.mjs')).rejects.toThrow('ERR_MODULE_NOT_FOUND');
  expect((await run('start.mjs')).stdout).toBe('loaded\nloaded\n');
});

test('The build finds the types of every import in it that it finds elsewhere', () => {
  const root = path.resolve(import.meta.dirname, '../..');
  const here = (file: string) => file.replace('/till*', root);
  const host: ts.ParseConfigHost & ts.ModuleResolutionHost = {
    useCaseSensitiveFileNames: true,
    readDirectory: () => [],
    fileExists: (file) => existsSync(here(file)),
    readFile: (file) => readFileSync(here(file), 'utf8'),
    // Links stay in the clone, as they do when it is copied whole.
    realpath: (file) => realpathSync(here(file)).replace(root, '/till*'),
  };
  const given = ts.readConfigFile('/till*/tsconfig.build.json', host.readFile);
  const { options } = ts.parseJsonConfigFileContent(given.config, host, '/till*', {}, '/till*/tsconfig.build.json');
  const unresolved = globSync('src/**/*.ts', { cwd: root }).flatMap((file) => {
    const { importedFiles } = ts.preProcessFile(readFileSync(path.join(root, file), 'utf8'));
    const typesOf = (name: string, clone: string) =>
      ts.resolveModuleName(name, `${clone}/${file}`, options, host, undefined, undefined, ts.ModuleKind.ESNext)
        .resolvedModule?.resolvedFileName;
    const isTyped = (name: string, clone: string) => /\.d\.[cm]?ts$/.test(typesOf(name, clone) ?? '');
    const packages = importedFiles.map(({ fileName }) => fileName).filter((name) => !/^(\.|node:)/.test(name));
    return packages.filter((name) => isTyped(name, root) && !isTyped(name, '/till*')).map((name) => `${file}: ${name}`);
  });
  expect(unresolved).toEqual([]);
});
