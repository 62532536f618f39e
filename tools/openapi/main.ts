import { readFileSync, writeFileSync } from 'node:fs';
import { inClone } from '../servers/paths.js';
import { breakingChanges, type Document } from './compare.js';
import { printedDocument } from './document.js';
import { lint } from './lint.js';
import { lintBySpectral } from './spectral.js';

const RELEASED = inClone('test', 'releases', 'openapi.json');
const ACCEPTED = inClone('tools', 'openapi', 'accepted.json');

interface Accepted {
  readonly change: string;
  readonly reason: string;
}

const document = await printedDocument();
if (process.argv.includes('--release')) {
  writeFileSync(RELEASED, document);
  writeFileSync(ACCEPTED, '[]\n');
} else {
  report('by the strict rules of Redocly', await lint(document));
  report('by the rules of Spectral', await lintBySpectral(document));
  const accepted = JSON.parse(readFileSync(ACCEPTED, 'utf8')) as Accepted[];
  const changes = breakingChanges(
    JSON.parse(readFileSync(RELEASED, 'utf8')) as Document,
    JSON.parse(document) as Document,
  );
  report(
    'of changes that break clients of the last release (docs/api-versioning.md)',
    changes.filter((found) => !accepted.some(({ change }) => change === found)),
  );
}

function report(what: string, complaints: readonly string[]): void {
  for (const complaint of complaints) console.error(complaint);
  console.log(`The OpenAPI document has ${complaints.length} complaints ${what}.`);
  if (complaints.length > 0) process.exitCode = 1;
}
