import { ValidationFailed } from '../../shared/errors.js';
import { Config } from '../../platform/config/index.js';
import type { Payment } from '../domain/payment.js';
import { ProviderNotConfigured } from '../domain/payment.errors.js';
import { STORE_CREDIT } from '../domain/payment.js';
import type { PaymentProvider } from './provider.js';
import { providerSettings } from './providers.settings.js';
import { SandboxProvider } from './sandbox/sandbox.provider.js';
import { soapSettings } from './soap/soap.settings.js';
import { stripeSettings } from './stripe/stripe.settings.js';

/**
 * Makes the configured providers. The code of the others, and the libraries for their protocols, are not loaded: each takes 20 to 30 MiB of memory. To
 * add one, implement `PaymentProvider` and list it here and in `providers.settings.ts`.
 */
async function configured(sandbox: SandboxProvider, config: Config): Promise<PaymentProvider[]> {
  const [stripe, soap] = [config.of(stripeSettings), config.of(soapSettings)];
  const known = {
    sandbox: async () => sandbox,
    stripe: async () => stripe && new (await import('./stripe/stripe.provider.js')).StripeProvider(stripe),
    soap: async () => soap && new (await import('./soap/soap.provider.js')).SoapProvider(soap),
  };
  const made = await Promise.all(config.of(providerSettings).configured.map((name) => known[name]()));
  return made.filter((provider) => provider !== undefined);
}

/**
 * The providers of this installation, by name. Enabled ones take new payments. A provider that is configured but not enabled takes no
 * new payments, and finishes its existing ones.
 */
export class Providers {
  private readonly byName: ReadonlyMap<string, PaymentProvider>;
  private readonly enabled: readonly PaymentProvider[];

  private constructor(providers: readonly PaymentProvider[], config: Config) {
    this.byName = new Map(providers.map((provider) => [provider.name, provider]));
    this.enabled = config.of(providerSettings).enabled.flatMap((name) => this.byName.get(name) ?? []);
  }

  /** Makes those that are configured. */
  static async load(sandbox: SandboxProvider, config: Config): Promise<Providers> {
    return new Providers(await configured(sandbox, config), config);
  }

  /** Returns a configured provider, enabled or not. */
  find(name: string): PaymentProvider | undefined {
    return this.byName.get(name);
  }

  /** Returns all configured providers, enabled or not. */
  all(): readonly PaymentProvider[] {
    return [...this.byName.values()];
  }

  /** Returns the provider of an existing payment. @throws ProviderNotConfigured */
  of({ provider }: Pick<Payment, 'provider'>): PaymentProvider {
    const found = this.byName.get(provider);
    if (!found) throw new ProviderNotConfigured(provider);
    return found;
  }

  /** Returns the provider for a new payment; without a name, the default. @throws ValidationFailed if it is not enabled */
  forNewPayment(name?: string): PaymentProvider {
    return pick(this.enabled, name);
  }

  /** Returns a configured provider by name. @throws ValidationFailed if it is not configured */
  named(name: string): PaymentProvider {
    return pick(this.all(), name);
  }
}

/** Returns the provider with this name, or the first one. @throws ValidationFailed if there is none */
function pick(providers: readonly PaymentProvider[], name?: string): PaymentProvider {
  const provider = name === undefined ? providers[0] : providers.find((one) => one.name === name);
  if (provider) return provider;
  const asked = providers.map((one) => one.name);
  const message =
    name === STORE_CREDIT
      ? `has no provider, because Till keeps it itself; use one of: ${asked.join(', ')}`
      : `must be one of: ${[...asked, STORE_CREDIT].join(', ')}`;
  throw new ValidationFailed([{ pointer: '/provider', code: 'unknown_provider', message }]);
}
