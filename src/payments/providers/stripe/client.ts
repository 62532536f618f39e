import { AsyncLocalStorage } from 'node:async_hooks';
import { Stripe } from 'stripe';
import type { Outcome } from '../provider.js';
import type { StripeSettings } from './stripe.settings.js';

const calls = new AsyncLocalStorage<AbortSignal>();

/** The abort signal of the current call: the SDK accepts no signal. */
export function during<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return calls.run(signal, work);
}

/** Makes a client. Calls end with their signal or after `timeout` milliseconds, and are never retried: the resolver does that. */
export function createClient({ secretKey, apiUrl }: StripeSettings, timeout: number): Stripe {
  const address = apiUrl === undefined ? undefined : new URL(apiUrl);
  return new Stripe(secretKey, {
    timeout,
    maxNetworkRetries: 0,
    telemetry: false,
    httpClient: Stripe.createFetchHttpClient(fetchWithSignal),
    ...(address && {
      host: address.hostname,
      port: address.port || (address.protocol === 'https:' ? 443 : 80),
      protocol: address.protocol === 'https:' ? ('https' as const) : ('http' as const),
    }),
  });
}

const fetchWithSignal: typeof fetch = (url, init) => {
  const signals = [calls.getStore(), init?.signal].filter((signal) => signal instanceof AbortSignal);
  return fetch(url, { ...init, signal: AbortSignal.any(signals) });
};

/** Error codes of connections that failed before any byte of the request was sent. */
const unsent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * Returns what an error means for the request (https://docs.stripe.com/error-low-level): a refusal is final; a wrong key (401, 403)
 * and a limit (429) mean that it was not executed; a time-out, a broken connection, a 5xx, and a repeat during the first run (409)
 * leave the outcome unknown.
 * @throws errors that are not Stripe's
 */
export function meaningOf(
  error: unknown,
): Extract<Outcome, { state: 'not_sent' | 'unknown' | 'pending' }> | Stripe.errors.StripeError {
  if (!(error instanceof Stripe.errors.StripeError)) throw error;
  if (error instanceof Stripe.errors.StripeCardError || error instanceof Stripe.errors.StripeInvalidRequestError)
    return error;
  const { StripeRateLimitError, StripeAuthenticationError, StripePermissionError } = Stripe.errors;
  if (error instanceof StripeAuthenticationError || error instanceof StripePermissionError)
    return { state: 'not_sent', trouble: 'credentials_refused' };
  return { state: error instanceof StripeRateLimitError || neverLeft(error) ? 'not_sent' : 'unknown' };
}

function neverLeft(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, detail, cause } = error as { code?: unknown; detail?: unknown; cause?: unknown };
  return (typeof code === 'string' && unsent.has(code)) || neverLeft(detail) || neverLeft(cause);
}
