import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { printed } from './finding.js';
import { checkFolder } from './folder.checks.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'till-folder-'));
});
afterEach(() => rm(folder, { recursive: true }));

const found = async (where: string) => (await checkFolder(where)).map(printed).join('\n');

describe('The folder that Till runs from', () => {
  it('is fine when it can be written to and its disk has room', async () => {
    expect(await checkFolder(folder)).toMatchObject([
      { about: 'folder', ok: true, what: `${folder} can be written to` },
      { about: 'disk', ok: true, what: expect.stringMatching(/^\d+ MiB are free/) as string },
    ]);
  });

  it('counts as writable by its .till, which may be a disk of its own', async () => {
    await mkdir(path.join(folder, '.till'));
    expect(await found(folder)).toContain(`${folder}/.till can be written to`);
  });

  it.runIf(process.platform === 'linux')('has a problem without room, and says what to do', async () => {
    expect(await found('/proc')).toMatch(/^problem +disk +0 MiB are free on the disk of \/proc\n +Make room/m);
  });

  it("has a problem when it can't be written to, and says what to do", async () => {
    expect(await found(path.join(folder, 'gone'))).toMatch(/^problem +folder +.*\(ENOENT\).*\n +Let this user write/m);
  });
});
