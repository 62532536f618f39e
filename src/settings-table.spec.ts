import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { secretNames, variableNames } from './platform/config/index.js';
import { sections } from './settings.js';

describe('The table of the README', () => {
  const rows = readFileSync('README.md', 'utf8')
    .match(/^\|.*$/gm)!
    .map((row) => row.split('|')[1]!);
  const rowOf = (name: string) => rows.find((cell) => cell.includes(`\`${name}\``));

  it.each(variableNames(sections))('has %s', (name) => {
    expect(rowOf(name)).toBeDefined();
  });

  it('marks what may come from a file, and nothing else', () => {
    const marked = variableNames(sections).filter((name) => rowOf(name)!.includes('\u2217'));
    expect(marked.toSorted()).toEqual(secretNames(sections).toSorted());
  });
});
