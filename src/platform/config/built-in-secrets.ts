import { isLoopback } from './server-url.js';

/** The variables that decide whether a built-in secret may be used. */
export interface Exposure {
  readonly NODE_ENV?: string | undefined;
  /** Absent: loopback, outside production. */
  readonly HTTP_HOST?: string | undefined;
}

/** Whether built-in keys and secrets may be used. They are public, so only on a machine that others can't reach. */
export function mayUseBuiltInSecrets({ NODE_ENV = 'production', HTTP_HOST }: Exposure): boolean {
  return NODE_ENV !== 'production' && isLoopback(HTTP_HOST ?? 'localhost');
}

/** Where a built-in secret is refused, in words. */
export function whereExposed({ NODE_ENV }: Exposure): string {
  return NODE_ENV === 'development' || NODE_ENV === 'test' ? 'on an address but loopback' : 'in production';
}
