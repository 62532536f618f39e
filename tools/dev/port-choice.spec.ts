import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '../servers/ports.js';
import { choosePort } from './port-choice.js';

let listener: Server;
let taken: number;
const wish = { variable: 'PORT', wanted: undefined, host: '127.0.0.1' };

beforeEach(async () => {
  listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  taken = (listener.address() as AddressInfo).port;
});
afterEach(() => listener.close());

test('a port that was asked for and is taken is an error that names it', async () => {
  const choice = choosePort({ ...wish, wanted: String(taken), preferred: 3000 });
  await expect(choice).rejects.toThrow(`Port ${taken} (PORT) is taken`);
});

test('a port that was asked for and is free is used', async () => {
  const free = await freePort();
  expect(await choosePort({ ...wish, wanted: String(free), preferred: taken })).toBe(free);
});

test('a preferred port that is taken gives way to a later one', async () => {
  expect(await choosePort({ ...wish, preferred: taken })).toBeGreaterThan(taken);
});

test('a port given away already is not given again', async () => {
  const free = await freePort();
  expect(await choosePort({ ...wish, preferred: free, except: [free] })).toBeGreaterThan(free);
  const asked = choosePort({ ...wish, wanted: String(free), preferred: 3000, except: [free] });
  await expect(asked).rejects.toThrow('is taken');
});

test.each(['x', '0', '-1', '3000.5', '65536'])('PORT=%s is no port', async (wanted) => {
  await expect(choosePort({ ...wish, wanted, preferred: 3000 })).rejects.toThrow(`not "${wanted}"`);
});

/** A start in another process, which has chosen its port when it prints it, listens nowhere, and lives until it is ended. */
function startElsewhere(preferred: number): ChildProcess {
  const module = new URL('port-choice.ts', import.meta.url).href;
  const wished = JSON.stringify({ ...wish, preferred });
  const code = `const { choosePort } = await import('${module}');
    const port = await choosePort(${wished});
    console.log('chosen ' + port);
    setInterval(() => undefined, 1000);`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', code];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function chosenBy(child: ChildProcess): Promise<number> {
  let said = '';
  for await (const text of child.stdout!.setEncoding('utf8')) {
    said += text as string;
    const port = /chosen (\d+)\n/.exec(said)?.[1];
    if (port) return Number(port);
  }
  throw new Error(`No port was chosen: ${said}`);
}

test('starts at the same time choose different ports, though nothing listens on them yet', async () => {
  const preferred = await freePort();
  const children = Array.from({ length: 4 }, () => startElsewhere(preferred));
  try {
    const ports = await Promise.all(children.map(chosenBy));
    expect(new Set(ports).size).toBe(children.length);
  } finally {
    await Promise.all(
      children.map(async (child) => {
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      }),
    );
  }
  // A start that was killed keeps nothing.
  expect(await choosePort({ ...wish, preferred })).toBe(preferred);
});
