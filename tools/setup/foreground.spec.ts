import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';

const setup = path.resolve('tools/setup/foreground.mjs');
/** Says its pid, and ends with 9 when npm is gone. */
const WATCHER = `import { onNpmGone } from ${JSON.stringify(setup)};
  onNpmGone(() => { console.log('npm is gone'); process.exit(); });
  setInterval(() => undefined, 1000); console.log('watching');`;

/** Stands in for npm: starts the watcher by a shell, or at once, and is killed. */
test.each([
  ['by a shell that waits for it', `"$NODE" --input-type=module -e "$WATCHER"; true`],
  ['by a shell that it replaces', `exec "$NODE" --input-type=module -e "$WATCHER"`],
])('What npm started %s notes that npm was killed', async (_, command) => {
  const npm = `require('node:child_process').spawn('sh', ['-c', process.env.COMMAND], { stdio: 'inherit' })`;
  const env = { ...process.env, NODE: process.execPath, WATCHER, COMMAND: command };
  const parent = spawn(process.execPath, ['-e', npm], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface(parent.stdout);
  expect(await once(lines, 'line')).toEqual(['watching']);
  parent.kill('SIGKILL');
  expect(await once(lines, 'line')).toEqual(['npm is gone']);
});
