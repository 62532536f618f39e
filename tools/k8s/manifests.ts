import { readFileSync } from 'node:fs';
import { loadAll } from 'js-yaml';
import type { KubeObject } from './objects.js';

/** Reads all objects of YAML text. */
export function objectsOf(yaml: string): KubeObject[] {
  return loadAll(yaml).filter((document) => document !== null && document !== undefined) as unknown as KubeObject[];
}

export function objectsIn(file: string | URL): KubeObject[] {
  return objectsOf(readFileSync(file, 'utf8'));
}
