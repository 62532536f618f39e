import { z } from 'zod';
import { isProduction, section } from '../../platform/config/index.js';
import { sandboxSettings } from './sandbox/sandbox.settings.js';
import { soapSettings } from './soap/soap.settings.js';
import { stripeSettings } from './stripe/stripe.settings.js';

export const providerNames = ['sandbox', 'stripe', 'soap'] as const;
export type ProviderName = (typeof providerNames)[number];

/** The variables that a provider needs before it can be enabled. */
const needs = { stripe: 'STRIPE_SECRET_KEY', soap: 'SOAP_GATEWAY_URL' } as const;
const real = ['stripe', 'soap'] as const;

/** Names of providers, separated by commas, each once. */
const providerList = z
  .string()
  .transform((text) => text.split(',').map((name) => name.trim()))
  .refine((names): names is ProviderName[] => isList(names), {
    error: `must be names of providers, separated by commas, each once: ${providerNames.join(', ')}`,
  });

function isList(names: readonly string[]): boolean {
  return new Set(names).size === names.length && names.every((name) => providerNames.includes(name as ProviderName));
}

/** The list of providers. The settings of each are in its folder. */
export const providerSettings = section({
  variables: {
    PAYMENT_PROVIDERS: providerList.optional(),
    ...sandboxSettings.variables,
    ...stripeSettings.variables,
    ...soapSettings.variables,
  },
  secrets: [],
  problems(given) {
    const listed = given.PAYMENT_PROVIDERS ?? [];
    const lacking = real
      .filter((name) => listed.includes(name) && !given[needs[name]])
      .map((name) => `${needs[name]}: must be set, because PAYMENT_PROVIDERS lists ${name}`);
    if (!isProduction(given) || !listed.includes('sandbox') || given.SANDBOX_IN_PRODUCTION === 'yes') return lacking;
    return [
      ...lacking,
      'PAYMENT_PROVIDERS: lists the sandbox, which takes payments that nobody makes; remove it, or set SANDBOX_IN_PRODUCTION=yes as well',
    ];
  },
  settings(variables, { production }) {
    const withSettings: readonly ProviderName[] = real.filter((name) => variables[needs[name]]);
    const usual: readonly ProviderName[] = production ? withSettings : ['sandbox', ...withSettings];
    const enabled: readonly ProviderName[] = variables.PAYMENT_PROVIDERS ?? usual;
    return {
      /**
       * The providers that take new payments; the first is the default. Store credit is always available. If none are listed: those whose
       * service is configured, and outside production the sandbox before them.
       */
      enabled,
      /** The providers that can be called. One that is not enabled takes no new payments and finishes its existing ones. */
      configured: [...new Set([...enabled, ...withSettings])],
    };
  },
});
