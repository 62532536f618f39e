import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

export interface Finding {
  readonly message: string;
  readonly code: string;
  readonly filename: string;
}

/** Writes a file into a tree that is linted for what is planted there. */
export async function plant(tree: string, file: string, text: string): Promise<void> {
  await mkdir(path.dirname(path.join(tree, file)), { recursive: true });
  await writeFile(path.join(tree, file), text);
}

const PLUGIN = './tools/lint/plugin.mjs';

/** What the lint of this clone finds in a tree. @throws Error when it finds nothing, or does not run */
export async function lint(tree: string): Promise<readonly Finding[]> {
  // Its configuration is copied there, because the patterns of its overrides start at the folder of the file.
  const config = await readFile('.oxlintrc.json', 'utf8');
  await plant(tree, '.oxlintrc.json', config.replace(PLUGIN, path.resolve(PLUGIN)));
  const args = [path.resolve('node_modules/oxlint/bin/oxlint'), '-f', 'json'];
  const ran: unknown = await promisify(execFile)(process.execPath, args, { cwd: tree }).catch(
    (error: unknown) => error,
  );
  const { code, stdout } = ran as { readonly code?: number; readonly stdout: string };
  if (code !== 1)
    throw new Error(`oxlint ended with ${code ?? 0}, but something was planted for it to find: ${stdout}`);
  return (JSON.parse(stdout) as { diagnostics: Finding[] }).diagnostics;
}
