import { Injectable } from '@nestjs/common';
import { ValidationFailed } from '../../shared/errors.js';
import { Config } from '../../platform/config/index.js';
import { STORE_CREDIT } from '../store-credit-payments.js';
import type { PaymentProvider } from './provider.js';
import { SandboxProvider } from './sandbox.provider.js';
import { SoapProvider } from './soap/soap.provider.js';
import { StripeProvider } from './stripe/stripe.provider.js';

type Settings = Pick<Config, 'paymentProviders' | 'stripe' | 'soapGateway'>;

/** The enabled ones, in the order of the configuration. To add one, implement `PaymentProvider` and list it. */
function enabled(sandbox: SandboxProvider, { paymentProviders, stripe, soapGateway }: Settings): PaymentProvider[] {
  const known = {
    sandbox: () => sandbox,
    stripe: () => stripe && new StripeProvider(stripe),
    soap: () => soapGateway && new SoapProvider(soapGateway),
  };
  return paymentProviders.map((name) => known[name]()).filter((provider) => provider !== undefined);
}

/** The providers of this installation, by name. One that is disabled does not exist. */
@Injectable()
export class Providers {
  private readonly byName: ReadonlyMap<string, PaymentProvider>;

  constructor(sandbox: SandboxProvider, config: Config) {
    this.byName = new Map(enabled(sandbox, config).map((provider) => [provider.name, provider]));
  }

  find(name: string): PaymentProvider | undefined {
    return this.byName.get(name);
  }

  all(): readonly PaymentProvider[] {
    return [...this.byName.values()];
  }

  /** Without a name the default, which is the first enabled. @throws ValidationFailed when this installation has no such provider */
  get(name?: string): PaymentProvider {
    const provider = name === undefined ? this.all()[0] : this.byName.get(name);
    if (provider) return provider;
    const asked = [...this.byName.keys()];
    const message =
      name === STORE_CREDIT
        ? `is kept by Till itself, so that there is nobody to ask; use one of: ${asked.join(', ')}`
        : `must be one of: ${[...asked, STORE_CREDIT].join(', ')}`;
    throw new ValidationFailed([{ pointer: '/provider', code: 'unknown_provider', message }]);
  }
}
