import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inClone } from '../servers/paths.js';

/** A rule of the linter that the document breaks, in one line. */
export type Complaint = string;

interface Output {
  readonly problems: readonly {
    readonly ruleId: string;
    readonly message: string;
    readonly location: readonly { readonly pointer?: string }[];
  }[];
}

/** Returns what Redocly's linter has against a document by the rules of `redocly.yaml`: errors and warnings alike. */
export async function lint(document: string): Promise<Complaint[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'till-openapi-'));
  try {
    const file = path.join(folder, 'openapi.json');
    await writeFile(file, document);
    const { problems } = JSON.parse(
      await redocly('lint', file, '--format', 'json', '--max-problems', '1000'),
    ) as Output;
    return problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer ?? ''}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Its standard output. It exits with 1 where it has complaints. */
function redocly(...words: string[]): Promise<string> {
  const command = inClone('node_modules', '@redocly', 'cli', 'bin', 'cli.js');
  const config = ['--config', inClone('tools', 'openapi', 'redocly.yaml')];
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  return new Promise((resolve, reject) =>
    execFile(
      process.execPath,
      [command, ...words, ...config],
      { env, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) =>
        stdout.startsWith('{') ? resolve(stdout) : reject(new Error(stderr || stdout, { cause: error })),
    ),
  );
}
