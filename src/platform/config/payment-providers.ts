import { z } from 'zod';

export const providerNames = ['sandbox', 'stripe', 'soap'] as const;
export type ProviderName = (typeof providerNames)[number];

/** What a provider needs before it can be enabled. */
const needs = { stripe: 'STRIPE_SECRET_KEY', soap: 'SOAP_GATEWAY_URL' } as const;

export interface ProviderVariables {
  readonly NODE_ENV?: string | undefined;
  readonly PAYMENT_PROVIDERS?: readonly ProviderName[] | undefined;
  readonly SANDBOX_IN_PRODUCTION?: 'yes' | 'no' | undefined;
  readonly STRIPE_SECRET_KEY?: string | undefined;
  readonly SOAP_GATEWAY_URL?: string | undefined;
}

/** Names of providers, separated by commas, each once. */
export const providerList = z
  .string()
  .transform((text) => text.split(',').map((name) => name.trim()))
  .refine((names): names is ProviderName[] => isList(names), {
    error: `must be names of providers, separated by commas, each once: ${providerNames.join(', ')}`,
  });

function isList(names: readonly string[]): boolean {
  return new Set(names).size === names.length && names.every((name) => providerNames.includes(name as ProviderName));
}

/**
 * The providers that take new payments; the first is the default. Where none are listed: those whose service is
 * configured, and outside production the sandbox before them.
 */
export function enabledProviders(env: ProviderVariables): readonly ProviderName[] {
  if (env.PAYMENT_PROVIDERS) return env.PAYMENT_PROVIDERS;
  const configured = (['stripe', 'soap'] as const).filter((name) => env[needs[name]]);
  return env.NODE_ENV === 'production' ? configured : ['sandbox', ...configured];
}

/** The providers that can be called. Those of them that are not enabled take no new payments, and finish what they have. */
export function configuredProviders(env: ProviderVariables): readonly ProviderName[] {
  const withSettings = (['stripe', 'soap'] as const).filter((name) => env[needs[name]]);
  return [...new Set([...enabledProviders(env), ...withSettings])];
}

/** Providers that are listed and can't be enabled. */
export function unfitProviders(env: ProviderVariables): string[] {
  const listed = env.PAYMENT_PROVIDERS ?? [];
  const problems = (['stripe', 'soap'] as const)
    .filter((name) => listed.includes(name) && !env[needs[name]])
    .map((name) => `${needs[name]}: must be set, because PAYMENT_PROVIDERS lists ${name}`);
  if (env.NODE_ENV === 'production' && listed.includes('sandbox') && env.SANDBOX_IN_PRODUCTION !== 'yes') {
    problems.push(
      'PAYMENT_PROVIDERS: lists the sandbox, which takes payments that nobody makes; remove it, or set SANDBOX_IN_PRODUCTION=yes as well',
    );
  }
  return problems;
}
