import { secretNames } from '../platform/config/index.js';
import { sections, type Variables } from '../settings.js';
import type { Finding } from './finding.js';

/** Takes out of findings whatever is secret, should a server have said it back. */
export function withoutSecrets(variables: Variables): (finding: Finding) => Finding {
  const secrets = secretsOf(variables);
  const clean = (text: string) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);
  return (finding) => ({
    ...finding,
    what: clean(finding.what),
    ...(finding.remedy && { remedy: clean(finding.remedy) }),
  });
}

function secretsOf(variables: Variables): string[] {
  const values = secretNames(sections).map((name) => (variables as Readonly<Record<string, unknown>>)[name]);
  return values
    .flatMap(textsIn)
    .flatMap(secretsIn)
    .filter(({ length }) => length >= 4);
}

/** The texts of a value, which may be a list or a record of them. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** Of a URL, its password, as it is written and as it is meant; of anything else, all of it. */
function secretsIn(text: string): string[] {
  if (!/^[a-z]+:\/\//.test(text)) return [text];
  const password = /^[^/]*\/\/[^:@/?]*:([^/?]*)@/.exec(text)?.[1] ?? '';
  return [password, decodeURIComponent(password)];
}
