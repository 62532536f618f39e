import { isLoopback } from './server-url.js';

/** What decides whether a built-in secret may be used. */
export interface Exposure {
  readonly NODE_ENV?: string | undefined;
  /** Absent: loopback, outside production. */
  readonly HTTP_HOST?: string | undefined;
}

/** Built-in keys and secrets are in the source: they are good for one machine, never where others reach it. */
export function mayUseBuiltInSecrets({ NODE_ENV = 'production', HTTP_HOST }: Exposure): boolean {
  return NODE_ENV !== 'production' && isLoopback(HTTP_HOST ?? 'localhost');
}

/** Where a built-in secret is refused, in words. */
export function whereExposed({ NODE_ENV }: Exposure): string {
  return NODE_ENV === 'development' || NODE_ENV === 'test' ? 'on an address but loopback' : 'in production';
}
