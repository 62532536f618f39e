import { glob, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

/** Words that have one spelling, or one term, in what people read; `docs/decisions.md` and the changes keep what was said then. */
const instead: Readonly<Record<string, readonly [RegExp, readonly string[]]>> = {
  "can't": [/\bcan not\b/i, ['README.md', '{src,docs,examples}/**/*.{ts,md}', 'packages/client/{README.md,src/*.ts}']],
  'tax provider': [/\b(tax services?|external (tax )?providers?)\b/i, ['README.md', '{src,docs}/**/*.{ts,md}']],
};

it.each(Object.entries(instead))('Texts say %s', async (_, [others, where]) => {
  const found: string[] = [];
  for await (const file of glob([...where], { exclude: ['docs/decisions.md', 'packages/client/src/generated/**'] }))
    (await readFile(file, 'utf8'))
      .split('\n')
      .forEach((line, index) => others.test(line) && found.push(`${file}:${index + 1} ${line.trim()}`));
  expect(found).toEqual([]);
});
