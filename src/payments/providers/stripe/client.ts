import { AsyncLocalStorage } from 'node:async_hooks';
import { Stripe } from 'stripe';
import type { Outcome } from '../provider.js';
import type { StripeSettings } from './stripe.settings.js';

const calls = new AsyncLocalStorage<AbortSignal>();

/** The SDK takes no signal, so its requests find the one of the call that they belong to here. */
export function during<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return calls.run(signal, work);
}

/** Every call ends with its signal, or after `timeout` milliseconds, and none is sent twice: the resolver does that. */
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

/** Before anything of the request has left this machine. */
const unsent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * What an error says of the request (https://docs.stripe.com/error-low-level): a refusal is the end of it; a wrong key
 * (401, 403) and a limit (429) mean that it was not carried out; a time-out, a broken connection, a 5xx, and a repeat that
 * meets the first one while it runs (409) say nothing.
 * @throws what is no error of Stripe's
 */
export function meaningOf(
  error: unknown,
): Extract<Outcome, { state: 'not_sent' | 'unknown' | 'pending' }> | Stripe.errors.StripeError {
  if (!(error instanceof Stripe.errors.StripeError)) throw error;
  if (error instanceof Stripe.errors.StripeCardError || error instanceof Stripe.errors.StripeInvalidRequestError)
    return error;
  const { StripeRateLimitError, StripeAuthenticationError, StripePermissionError } = Stripe.errors;
  const refused = [StripeRateLimitError, StripeAuthenticationError, StripePermissionError].some(
    (kind) => error instanceof kind,
  );
  return { state: refused || neverLeft(error) ? 'not_sent' : 'unknown' };
}

function neverLeft(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, detail, cause } = error as { code?: unknown; detail?: unknown; cause?: unknown };
  return (typeof code === 'string' && unsent.has(code)) || neverLeft(detail) || neverLeft(cause);
}
