import { createClient } from '@hey-api/openapi-ts';
import { build } from 'esbuild';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import { inClone } from '../servers/paths.js';

export type Generator = 'openapi-typescript' | 'hey-api';

/** Writes the client of a generator from a document into a folder of this name below `folder`. */
export async function generate(generator: Generator, document: string, folder: string): Promise<void> {
  const output = path.join(folder, generator);
  await mkdir(output, { recursive: true });
  const input = JSON.parse(document) as never;
  if (generator === 'openapi-typescript') {
    await writeFile(path.join(output, 'api.ts'), astToString(await openapiTS(input)));
  } else {
    const module = { extension: '.js' } as const;
    await createClient({ input, output: { path: output, module }, logs: { level: 'silent' } });
  }
}

/**
 * Compiles the program of `examples/clients` for a generator with the client that was generated into `folder`.
 * @returns the complaints of the compiler, and the file of the program with all that it needs
 */
export async function compileProgram(generator: Generator, folder: string) {
  const program = path.join(folder, `${generator}.ts`);
  const outfile = path.join(folder, `${generator}.mjs`);
  await copyFile(inClone('examples', 'clients', `${generator}.ts`), program);
  const complaints = complaintsOf(program);
  await build({ entryPoints: [program], outfile, bundle: true, format: 'esm', platform: 'node', logLevel: 'silent' });
  return { complaints, outfile };
}

function complaintsOf(file: string): string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: ['node'],
    typeRoots: [inClone('node_modules', '@types')],
  };
  return ts
    .getPreEmitDiagnostics(ts.createProgram([file], options))
    .map(({ file: at, messageText }) => `${at?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
}
