#!/usr/bin/env node
/**
 * Removes from a node_modules folder what no running process reads: the TypeScript compiler, which `@nestjs/swagger` lists as a peer of its
 * build plugin only, type declarations, sources that were compiled, source maps and manuals. Licences and notices stay.
 * Usage: node trim.mjs <folder>
 */
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

const PACKAGES = ['typescript', '@types', '.bin'];
const FILES = /\.(map|[cm]?ts|md|markdown|flow)$/i;
const LEGAL = /^(licen[cs]e|notice|copying)/i;
/** Folders that packages ship beside their code. */
const FOLDERS = new Set(['test', 'tests', '__tests__', 'benchmark', 'benchmarks', 'example', 'examples']);

const root = process.argv[2];
if (!root) throw new Error('Name the folder: node trim.mjs node_modules');
for (const name of PACKAGES) rmSync(path.join(root, name), { recursive: true, force: true });
trim(root);

function trim(folder) {
  const entries = readdirSync(folder, { withFileTypes: true });
  // Only the top of a package: deeper down, a folder `test` may be code.
  const isPackage = entries.some((entry) => entry.name === 'package.json');
  for (const entry of entries) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (isPackage && FOLDERS.has(entry.name)) rmSync(file, { recursive: true });
      else trim(file);
    } else if (FILES.test(entry.name) && !LEGAL.test(entry.name)) rmSync(file);
  }
}
