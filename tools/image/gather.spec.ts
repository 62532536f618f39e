import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CONTENT, INSTALLED } from '../build/bundle.mjs';

const GATHER = fileURLToPath(new URL('gather.mjs', import.meta.url));
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'till-gather-'));
  write('package.json', '{"name":"till"}');
  write('LICENSE', 'Apache');
  write(`dist/${CONTENT}`, JSON.stringify({ files: ['src/main.js'], packages: ['node_modules/bundled'] }));
  for (const name of ['src/main.js', 'src/other.js', 'made/migrations.json', 'made/openapi.json'])
    write(`dist/${name}`);
  install('bundled', { license: 'MIT' });
  for (const name of INSTALLED) install(name, { license: 'MIT' });
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text = ''): void {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), text);
}

function install(name: string, facts: object, files: readonly string[] = ['index.js']): void {
  write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', ...facts }));
  for (const file of files) write(`node_modules/${name}/${file}`, `${file} of ${name}`);
}

/** Returns the files of the gathered folder. */
function gathered(): string[] {
  execFileSync(process.execPath, [GATHER, 'out'], { cwd: folder, stdio: 'pipe' });
  const out = path.join(folder, 'out');
  const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((entry) => path.relative(out, path.join(entry.parentPath, entry.name)));
}

const noticed = () => readFileSync(path.join(folder, 'out/THIRD-PARTY.txt'), 'utf8');

it('takes the bundle, and of bundled packages what scanners read', () => {
  const files = gathered();
  expect(files.filter((name) => !name.startsWith('node_modules/')).toSorted()).toEqual([
    'LICENSE',
    'THIRD-PARTY.txt',
    'dist/made/migrations.json',
    'dist/made/openapi.json',
    'dist/src/main.js',
    'package.json',
  ]);
  expect(files.filter((name) => name.includes('/bundled/'))).toEqual(['node_modules/bundled/package.json']);
});

it('takes packages that stay outside with all that they need, and nothing that no process reads', () => {
  const [outside] = INSTALLED;
  const dependencies = { needed: '1' };
  const optionalDependencies = { 'native-of-another-system': '1', native: '1' };
  install(outside!, { license: 'MIT', dependencies, optionalDependencies }, [
    'index.js',
    'index.d.ts',
    'README.md',
    'x.js.map',
  ]);
  install('needed', { license: 'MIT' });
  install('native', { license: 'MIT' }, ['native.node']);
  install('unneeded', { license: 'MIT' });
  const files = gathered().filter((name) =>
    ['needed', 'native', 'unneeded', outside!].some((one) => name.startsWith(`node_modules/${one}/`)),
  );
  expect(files.toSorted()).toEqual([
    `node_modules/${outside}/index.js`,
    `node_modules/${outside}/package.json`,
    'node_modules/native/native.node',
    'node_modules/native/package.json',
    'node_modules/needed/index.js',
    'node_modules/needed/package.json',
  ]);
});

it('refuses what lacks a package that it needs', () => {
  install(INSTALLED[0]!, { license: 'MIT', dependencies: { missing: '1' } });
  expect(gathered).toThrow('needs missing, which is not installed');
});

it('tells the licence of every package, from its file or its manual, and refuses one that says nothing', () => {
  install('bundled', { license: 'ISC', author: { name: 'Ada' } }, ['LICENSE.md', 'NOTICE']);
  gathered();
  expect(noticed()).toContain('bundled 1.0.0\nLicence: ISC\nAuthor: Ada\n\nLICENSE.md of bundled\n\nNOTICE of bundled');
  rmSync(path.join(folder, 'node_modules/bundled'), { recursive: true });
  install('bundled', {});
  write('node_modules/bundled/Readme.md', '# bundled\n\nUseful.\n\n## License\n\nMIT of Bob\n\n## Thanks\n');
  gathered();
  expect(noticed()).toContain('## License\n\nMIT of Bob');
  expect(noticed()).not.toContain('Thanks');
  write('node_modules/bundled/Readme.md', '# bundled');
  expect(gathered).toThrow('says nothing of its licence');
});
