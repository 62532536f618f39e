import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import ts from 'typescript';
import { inClone } from '../servers/paths.js';

const home = inClone('packages', 'client');

interface Operation {
  readonly parameters?: { readonly name: string; required?: boolean }[];
}
type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

/** Writes what the client takes from the OpenAPI document: its types, and which operations take an `Idempotency-Key`. */
export async function generateClient(document: string): Promise<void> {
  const api = JSON.parse(document) as { readonly paths: Paths };
  const keyed = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { parameters = [] }]) => {
      const key = parameters.find(({ name }) => name === 'Idempotency-Key');
      // The client makes it.
      if (key) key.required = false;
      return key ? [`${method.toUpperCase()} ${path}`] : [];
    }),
  );
  const types = astToString(await openapiTS(api as unknown as OpenAPI3));
  const folder = path.join(home, 'src', 'generated');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'api.ts'), types);
  writeFileSync(
    path.join(folder, 'keyed.ts'),
    `const keyed = new Set(${JSON.stringify(keyed)});\n\nexport const takesKey = (operation: string): boolean => keyed.has(operation);\n`,
  );
}

/** Compiles the client to `packages/client/dist`. @throws Error with the compiler's complaints */
export function compileClient(): void {
  const file = path.join(home, 'tsconfig.json');
  const { options, fileNames } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(file, ts.sys.readFile).config,
    ts.sys,
    home,
  );
  const program = ts.createProgram(fileNames, options);
  const complaints = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics];
  if (complaints.length === 0) return;
  const host = {
    getCanonicalFileName: (name: string) => name,
    getCurrentDirectory: () => home,
    getNewLine: () => '\n',
  };
  throw new Error(ts.formatDiagnostics(complaints, host));
}
