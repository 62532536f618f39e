import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** The requirements of levels 1 and 2 of OWASP ASVS 5.0, chapters V6 to V10. */
const required = {
  1: `6.1.1 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7 6.2.8 6.3.1 6.3.2 6.4.1 6.4.2 7.2.1 7.2.2 7.2.3 7.2.4 7.4.1 7.4.2 8.1.1 8.2.1 8.2.2 8.3.1 9.1.1 9.1.2 9.1.3 9.2.1 10.4.1 10.4.2 10.4.3 10.4.4 10.4.5`,
  2: `6.1.2 6.1.3 6.2.9 6.2.10 6.2.11 6.2.12 6.3.3 6.3.4 6.4.3 6.4.4 6.5.1 6.5.2 6.5.3 6.5.4 6.5.5 6.6.1 6.6.2 6.6.3 6.8.1 6.8.2 6.8.3 6.8.4 7.1.1 7.1.2 7.1.3 7.3.1 7.3.2 7.4.3 7.4.4 7.4.5 7.5.1 7.5.2 7.6.1 7.6.2 8.1.2 8.2.3 8.4.1 9.2.2 9.2.3 9.2.4 10.1.1 10.1.2 10.2.1 10.2.2 10.3.1 10.3.2 10.3.3 10.3.4 10.4.6 10.4.7 10.4.8 10.4.9 10.4.10 10.4.11 10.5.1 10.5.2 10.5.3 10.5.4 10.5.5 10.6.1 10.6.2 10.7.1 10.7.2 10.7.3`,
} as const;

it.each(Object.entries(required))(
  'docs/security.md has each requirement of level %s once, with a place or a reason',
  (level, ids) => {
    const rows = readFileSync('docs/security.md', 'utf8').match(/^\| \d+\.\d+\.\d+.*$/gm)!;
    const cells = rows.map((row) => row.split(/ +\| +|^\| | +\|$/).filter(Boolean));
    const ofLevel = cells.filter(([, said, where]) => said === level && where);
    const listed = ofLevel.flatMap(([name]) => name!.match(/\b\d+\.\d+\.\d+\b/g)!);
    expect(listed.toSorted()).toEqual(ids.split(' ').toSorted());
  },
);
