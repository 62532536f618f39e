import { Injectable } from '@nestjs/common';
import { ValidationFailed } from '../../shared/errors.js';
import { Config } from '../../platform/config/index.js';
import type { Payment } from '../domain/payment.js';
import { ProviderNotConfigured } from '../domain/payment.errors.js';
import { STORE_CREDIT } from '../domain/payment.js';
import type { PaymentProvider } from './provider.js';
import { providerSettings } from './providers.settings.js';
import { SandboxProvider } from './sandbox/sandbox.provider.js';
import { SoapProvider } from './soap/soap.provider.js';
import { soapSettings } from './soap/soap.settings.js';
import { StripeProvider } from './stripe/stripe.provider.js';
import { stripeSettings } from './stripe/stripe.settings.js';

/** Those that can be called. To add a provider, implement `PaymentProvider` and name it here and in `providers.settings.ts`. */
function configured(sandbox: SandboxProvider, config: Config): PaymentProvider[] {
  const [stripe, soap] = [config.of(stripeSettings), config.of(soapSettings)];
  const known = {
    sandbox: () => sandbox,
    stripe: () => stripe && new StripeProvider(stripe),
    soap: () => soap && new SoapProvider(soap),
  };
  return config
    .of(providerSettings)
    .configured.map((name) => known[name]())
    .filter((provider) => provider !== undefined);
}

/**
 * The providers of this installation, by name. Enabled ones take new payments. One that is configured and not enabled takes
 * none, and finishes the payments that it has.
 */
@Injectable()
export class Providers {
  private readonly byName: ReadonlyMap<string, PaymentProvider>;
  private readonly enabled: readonly PaymentProvider[];

  constructor(sandbox: SandboxProvider, config: Config) {
    this.byName = new Map(configured(sandbox, config).map((provider) => [provider.name, provider]));
    this.enabled = config.of(providerSettings).enabled.flatMap((name) => this.byName.get(name) ?? []);
  }

  /** One that is configured, whether it is enabled or not. */
  find(name: string): PaymentProvider | undefined {
    return this.byName.get(name);
  }

  /** All that are configured, whether they are enabled or not. */
  all(): readonly PaymentProvider[] {
    return [...this.byName.values()];
  }

  /** The provider of a payment that exists. @throws ProviderNotConfigured */
  of({ provider }: Pick<Payment, 'provider'>): PaymentProvider {
    const found = this.byName.get(provider);
    if (!found) throw new ProviderNotConfigured(provider);
    return found;
  }

  /** The provider of a new payment; without a name the default. @throws ValidationFailed when it is not enabled */
  forNewPayment(name?: string): PaymentProvider {
    return pick(this.enabled, name);
  }

  /** Any that is configured. @throws ValidationFailed when it is not */
  named(name: string): PaymentProvider {
    return pick(this.all(), name);
  }
}

/** Without a name the first. @throws ValidationFailed when it is not among them */
function pick(providers: readonly PaymentProvider[], name?: string): PaymentProvider {
  const provider = name === undefined ? providers[0] : providers.find((one) => one.name === name);
  if (provider) return provider;
  const asked = providers.map((one) => one.name);
  const message =
    name === STORE_CREDIT
      ? `is kept by Till itself, so that there is nobody to ask; use one of: ${asked.join(', ')}`
      : `must be one of: ${[...asked, STORE_CREDIT].join(', ')}`;
  throw new ValidationFailed([{ pointer: '/provider', code: 'unknown_provider', message }]);
}
