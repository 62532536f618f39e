import { developmentPrivateKey, developmentWebhookSecret } from './development-key.js';
import { isLoopback } from './server-url.js';

/** What decides whether a built-in secret may be used. */
export interface Exposure {
  readonly NODE_ENV?: string;
  /** Absent: loopback, outside production. */
  readonly HTTP_HOST?: string;
}

/** The built-in key and secret are in the source: they are good for one machine, never where others reach it. */
export function mayUseBuiltInSecrets({ NODE_ENV = 'production', HTTP_HOST }: Exposure): boolean {
  return NODE_ENV !== 'production' && isLoopback(HTTP_HOST ?? 'localhost');
}

/** Refuses public secrets wherever they protect nothing; `webhookSecrets` are undefined where none are set. */
export function publicSecrets(
  exposure: Exposure,
  privateKey: string | undefined,
  webhookSecrets: readonly string[] | undefined,
): string[] {
  if (mayUseBuiltInSecrets(exposure)) return [];
  const where =
    exposure.NODE_ENV === 'development' || exposure.NODE_ENV === 'test'
      ? 'on an address but loopback'
      : 'in production';
  const problems: string[] = [];
  if (privateKey === developmentPrivateKey) {
    problems.push(
      `JWT_PRIVATE_KEY: must be set ${where}, since the built-in key is public: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256`,
    );
  }
  if (webhookSecrets?.includes(developmentWebhookSecret)) {
    problems.push(
      `SANDBOX_WEBHOOK_SECRETS: must be secrets of your own ${where}, since the built-in one is public: openssl rand -hex 24`,
    );
  }
  return problems;
}
