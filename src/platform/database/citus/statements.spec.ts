import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const SRC = path.resolve(import.meta.dirname, '../../..');
const PART = /\b(\w+) AS (?:MATERIALIZED )?\(/g;
const INSERTING = /\bAS (?:MATERIALIZED )?\(\s*INSERT INTO/g;

/** The INSERTs within WITH that read another part of their statement. Citus sends those rows to every node, also to one that is away. */
function sending(text: string): string[] {
  return [...text.matchAll(/`[^`]*`/g)].flatMap(([statement]) => {
    const parts = [...statement.matchAll(PART)].map(([, name]) => name!);
    if (parts.length === 0) return [];
    const reads = new RegExp(String.raw`\b(?:FROM|JOIN) (?:${parts.join('|')})\b`);
    return [...statement.matchAll(INSERTING)]
      .map(({ index }) => inParentheses(statement.slice(index)))
      .filter((insert) => reads.test(insert));
  });
}

function inParentheses(text: string): string {
  const begin = text.indexOf('(');
  let depth = 0;
  for (let index = begin; index < text.length; index += 1) {
    if (text[index] === '(') depth += 1;
    if (text[index] === ')' && --depth === 0) return text.slice(begin, index + 1);
  }
  return text.slice(begin);
}

it('no statement has an INSERT within WITH that reads another part', () => {
  const files = globSync('**/*.ts', { cwd: SRC }).filter((file) => !file.endsWith('.spec.ts'));
  expect(files.length).toBeGreaterThan(500);
  const found = files.flatMap((file) =>
    sending(readFileSync(path.join(SRC, file), 'utf8')).map((sql) => ({ file, sql })),
  );
  expect(found).toEqual([]);
});

it('finds one', () => {
  const insert = '(\n    INSERT INTO copies (id) SELECT id FROM taken RETURNING id)';
  const statement = `\`WITH taken AS (DELETE FROM queue RETURNING id), copied AS ${insert} SELECT count(*) FROM copied\``;
  expect(sending(statement)).toEqual([insert]);
});
