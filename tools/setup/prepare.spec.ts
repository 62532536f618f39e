import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

/** A clone whose one command says what it runs on, and ends with the status that it is asked for. */
let clone: string;
beforeEach(async () => {
  clone = await mkdtemp(path.join(tmpdir(), 'till-clone-'));
  const write = (name: string, text: string) => writeFile(path.join(clone, name), text);
  for (const folder of ['tools/setup', 'node_modules']) await mkdir(path.join(clone, folder), { recursive: true });
  for (const name of await readdir('tools/setup'))
    if (name.endsWith('.mjs')) await cp(path.join('tools/setup', name), path.join(clone, 'tools/setup', name));
  await write('package.json', JSON.stringify({ type: 'module', engines: { node: '>=22.15.0' } }));
  await write('package-lock.json', JSON.stringify({ packages: {} }));
  await write('node_modules/.package-lock.json', JSON.stringify({ packages: {} }));
  await write(
    'command.mjs',
    `import path from 'node:path';
     import { prepare } from './tools/setup/prepare.mjs';
     await prepare();
     process.on('SIGTERM', () => process.exit(8));
     console.log([process.versions.node, process.env.PATH.split(path.delimiter)[0], ...process.argv.slice(2)].join(' '));
     if (process.argv[2] === 'wait') setInterval(() => undefined, 1000);
     else process.exitCode = 7;`,
  );
  await write('pretend.mjs', PRETEND);
});
afterEach(() => rm(clone, { recursive: true, force: true }));

/** Makes the first process believe that it is older, and no process that it starts. */
const PRETEND = `
  const version = process.env.PRETENDED;
  delete process.env.PRETENDED;
  if (version) Object.defineProperty(process, 'versions', { value: { ...process.versions, node: version } });`;

function start(version: string, args: readonly string[]) {
  const env = { ...process.env, PRETENDED: version, TILL_NODE: process.execPath };
  const child = spawn(process.execPath, ['--import', './pretend.mjs', 'command.mjs', ...args], { cwd: clone, env });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (data: Buffer) => (said.stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (said.stderr += data.toString()));
  const ended = once(child, 'close').then(([status]: number[]) => ({ status, ...said }));
  return { child, ended };
}

const here = process.versions.node;

test('An older Node runs the command on the one that Till supports, for what it starts as well, and ends as that does', async () => {
  const { status, stdout, stderr } = await start('20.19.0', ['a b', '--c']).ended;
  expect({ status, stderr }).toEqual({ status: 7, stderr: '' });
  expect(stdout).toBe(`${here} ${path.dirname(process.execPath)} a b --c\n`);
});

test('A signal reaches the command', async () => {
  const { child, ended } = start('20.19.0', ['wait']);
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  expect((await ended).status).toBe(8);
});

test('A Node that Till supports runs it itself', async () => {
  const { status, stdout } = await start('22.15.0', []).ended;
  expect(status).toBe(7);
  expect(stdout).toMatch(/^22\.15\.0 /);
});

test('A Node that can not even start it is refused in words', async () => {
  const { status, stderr } = await start('20.18.3', []).ended;
  expect(status).toBe(1);
  expect(stderr).toBe(
    `Till needs Node 20.19.0 or later to start, and runs on 22.15.0 or later; this is Node 20.18.3 (${process.execPath}).\n`,
  );
});
