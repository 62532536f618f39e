import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { runCommand } from '../../../src/platform/process/index.js';
import { Seed, SeedModule } from '../../../src/seed/index.js';
import { loadConfig } from '../../../src/settings.js';
import { inClone } from '../../../tools/servers/paths.js';
import { findOnPath } from '../../../tools/servers/executables.js';
import { buildClient } from '../../support/client.js';
import { api, scenario } from '../../support/scenario.js';

scenario({ people: [] });
beforeAll(async () => {
  await runCommand(SeedModule, loadConfig(api.settings), Seed, (seed) => seed.run());
});

const run = promisify(execFile);
const tour = (command: string, ...words: string[]) =>
  run(command, words, { env: { ...process.env, TILL: api.url }, encoding: 'utf8' });

describe('The tour', () => {
  it.each(['bash', 'sh', 'zsh'].filter((shell) => findOnPath(shell)))('works in %s, and again', async (shell) => {
    for (let time = 0; time < 2; time += 1) {
      const { stdout, stderr } = await tour(shell, inClone('examples', 'tour.sh'));
      expect(stderr).toBe('');
      expect(stdout).toMatch(/refund succeeded[^]*order\.placed[^]*order\.confirmed[^]*it holds: true/);
    }
  });

  const script = inClone('examples', 'tour.sh');
  const tourOf = (till: string) => run('bash', [script], { env: { ...process.env, TILL: till }, encoding: 'utf8' });

  it('says why it was refused', async () => {
    await expect(tourOf(`${api.url}/nowhere`)).rejects.toMatchObject({
      stderr: expect.stringMatching(/^POST \/v1\/auth\/login was refused with 404: /),
    });
  });

  it.each([
    [200, 'text/html', '<h1>Hello</h1>'],
    [404, 'application/json', '{"error":"Not Found"}'],
  ])('says that something else answers (%i %s)', async (status, type, body) => {
    const other = createServer((_, response) => response.writeHead(status, { 'content-type': type }).end(body));
    await once(other.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void other.close());
    const address = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    await expect(tourOf(address)).rejects.toMatchObject({
      stderr: `There is no Till at ${address}; set TILL=http://... to the address that npm start prints.\n`,
    });
  });

  it('says that nothing answers', async () => {
    await expect(tourOf('http://127.0.0.1:1')).rejects.toMatchObject({
      stderr: expect.stringMatching(/There is no Till at http:\/\/127\.0\.0\.1:1; set TILL=/),
    });
  });

  it('works with the client, and again', async () => {
    await buildClient();
    for (let time = 0; time < 2; time += 1) {
      const { stdout } = await tour(
        process.execPath,
        inClone('node_modules', 'tsx', 'dist', 'cli.mjs'),
        inClone('examples', 'tour.ts'),
      );
      expect(stdout).toMatch(/confirmed and paid[^]*has succeeded[^]*order\.placed[^]*order\.confirmed[^]*agree: true/);
    }
  }, 120_000);

  it('works as an Arazzo description, and again', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'till-arazzo-'));
    const text = await readFile(inClone('examples', 'tour.arazzo.yaml'), 'utf8');
    expect(text).toContain('http://127.0.0.1:3000/openapi.json');
    const file = path.join(folder, 'tour.arazzo.yaml');
    await writeFile(file, text.replaceAll('http://127.0.0.1:3000', api.url));
    // The description names the address that people use; this is another one.
    const respect = [
      inClone('node_modules', '@redocly', 'cli', 'bin', 'cli.js'),
      'respect',
      file,
      '--server',
      `till=${api.url}`,
    ];
    for (let time = 0; time < 2; time += 1) {
      const email = `ada-${randomUUID()}@shop.example`;
      const { stdout, stderr } = await tour(process.execPath, ...respect, '--input', `email=${email}`);
      expect(`${stdout}${stderr}`).toMatch(/Steps: 8 passed, 8 total/);
    }
    await rm(folder, { recursive: true });
  });
});
