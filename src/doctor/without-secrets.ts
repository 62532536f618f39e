import type { Variables } from '../platform/config/index.js';
import type { Finding } from './finding.js';

const urls = ['DATABASE_URL', 'REDIS_URL', 'SMTP_URL'] as const;

/** Removes secrets from findings, in case a server repeated one in its error. */
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
  const passwords = urls.map((name) => passwordIn(variables[name] ?? ''));
  const others = [variables.STRIPE_SECRET_KEY, variables.SOAP_GATEWAY_PASSWORD];
  const lists = [...(variables.STRIPE_WEBHOOK_SECRETS ?? []), ...(variables.SANDBOX_WEBHOOK_SECRETS ?? [])];
  const all = [...passwords.flatMap((password) => [password, decodeURIComponent(password)]), ...others, ...lists];
  return all.filter((secret) => secret !== undefined).filter(({ length }) => length >= 4);
}

function passwordIn(url: string): string {
  return /^[^/]*\/\/[^:@/?]*:([^/?]*)@/.exec(url)?.[1] ?? '';
}
