import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { limited } from '../../test/support/built-process.js';
import { asAccount } from '../servers/account.js';
import { assertOpenFiles } from './conditions.mjs';

/** A clone as far as its commands need it before there are dependencies. */
let clone: string;
beforeEach(async () => {
  clone = await mkdtemp(path.join(tmpdir(), 'till-clone-'));
  await cp('package.json', path.join(clone, 'package.json'));
  for (const folder of ['tools/setup', 'tools/dev']) {
    await mkdir(path.join(clone, folder), { recursive: true });
    const plain = (await readdir(folder)).filter((name) => name.endsWith('.mjs'));
    for (const name of plain) await cp(path.join(folder, name), path.join(clone, folder, name));
  }
});
afterEach(async () => {
  await chmod(clone, 0o755);
  await rm(clone, { recursive: true });
});

/** What a command of the clone says before it ends with 1. */
async function refusalOf(command: readonly [string, ...string[]]): Promise<string> {
  const [file, ...args] = command;
  const ran = await promisify(execFile)(file, args, { cwd: clone }).catch((error: unknown) => error);
  expect(ran).toMatchObject({ code: 1, stdout: '' });
  return (ran as { stderr: string }).stderr;
}

/** As an ordinary user: what root may write is not limited by modes. */
function asNobody(script: string): [string, ...string[]] {
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;
  const [command, args] = asAccount(nobody, process.execPath, [path.join(clone, 'tools', 'dev', script)]);
  return [command, ...args];
}

describe.each(['start.mjs', 'test.mjs'])('%s', (script) => {
  test('says of a clone that it may not write to what to do, without a stack', async () => {
    await chmod(clone, 0o555);
    expect(await refusalOf(asNobody(script))).toBe(
      `Till keeps what it makes in its own folder, and can't write to ${clone}/ (EACCES).\n` +
        'Let this user write there, or start from a copy of the folder on a disk that is not read-only.\n',
    );
  });

  test('says that too few files may be open, before Node fails to load packages', async () => {
    const said = await refusalOf(limited(600, [process.execPath, path.join(clone, 'tools', 'dev', script)]));
    expect(said).toBe(
      'Only 600 files and connections may be open at once, and Till needs 1024 to start. Raise the limit to 4096 or more (ulimit -n 4096).\n',
    );
  });
});

test('A limit that leaves room for few clients is said, and it starts; a high one, or none, is not', () => {
  const error = vi.spyOn(console, 'error').mockReturnValue();
  for (const limit of [4096, 1_000_000]) assertOpenFiles(limit);
  expect(error).not.toHaveBeenCalled();
  assertOpenFiles(2000);
  expect(error.mock.calls.flat()).toEqual([
    'Only 2000 files and connections may be open at once, and each client takes one. Raise the limit to 4096 or more (ulimit -n 4096).',
  ]);
  error.mockRestore();
});
