import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { inClone } from '../../../tools/servers/paths.js';
import { builtEntry } from '../../support/build.js';

let cli: string;
beforeAll(async () => {
  cli = await builtEntry('cli.js');
}, 240_000);

/** Runs the built command as if this Node were of another version. */
function runOn(version: string) {
  const preload = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });`;
  const args = ['--import', `data:text/javascript,${encodeURIComponent(preload)}`, cli, '--help'];
  return promisify(execFile)(process.execPath, args);
}

it('A command on a Node that is too old says what it needs, and nothing else', async () => {
  const said =
    'Till needs Node 22.15 or later; this is 22.14.9. In a clone, npm run till -- <command> uses a Node that is new enough.\n';
  await expect(runOn('22.14.9')).rejects.toMatchObject({ code: 1, stdout: '', stderr: said });
});

it('A command runs on the oldest Node that package.json names', async () => {
  const { engines } = JSON.parse(await readFile(inClone('package.json'), 'utf8')) as { engines: { node: string } };
  expect((await runOn(engines.node.replace('>=', ''))).stdout).toMatch(/^Usage: till /);
});
