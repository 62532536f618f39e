import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The comment that esbuild writes above each module of a bundle. */
const MODULE = /^ *\/\/ ((?:\.\.\/)*(?:node_modules|dist)\/\S+)$/;

/** Names the modules that the lines of bundled files come from. */
export class BundledModules {
  private readonly files = new Map<string, readonly (string | undefined)[]>();

  /** Returns the path of the module, like `node_modules/pg/lib/client.js`; the url itself for a file that is not bundled. Lines begin with 0. */
  at(url: string, line: number): string {
    if (!/^file:.*\/dist\/(chunks|src)\//.test(url)) return url;
    return this.linesOf(url)[line] ?? url;
  }

  private linesOf(url: string): readonly (string | undefined)[] {
    const known = this.files.get(url);
    if (known) return known;
    let current: string | undefined;
    const lines = readFileSync(fileURLToPath(url), 'utf8')
      .split('\n')
      .map((line) => (current = MODULE.exec(line)?.[1] ?? current));
    this.files.set(url, lines);
    return lines;
  }
}
