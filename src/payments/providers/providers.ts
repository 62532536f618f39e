import { Injectable } from '@nestjs/common';
import { ValidationFailed } from '../../shared/errors.js';
import { Config } from '../../platform/config/index.js';
import { STORE_CREDIT } from '../store-credit-payments.js';
import type { PaymentProvider } from './provider.js';
import { SandboxProvider } from './sandbox.provider.js';
import { SoapProvider } from './soap/soap.provider.js';
import { StripeProvider } from './stripe/stripe.provider.js';

/** Those that are there when the configuration names their service. To add one, implement `PaymentProvider` and list it. */
function configured({ stripe, soapGateway }: Config): PaymentProvider[] {
  return [...(stripe ? [new StripeProvider(stripe)] : []), ...(soapGateway ? [new SoapProvider(soapGateway)] : [])];
}

/** The providers of this installation, by name. */
@Injectable()
export class Providers {
  private readonly byName: ReadonlyMap<string, PaymentProvider>;

  constructor(sandbox: SandboxProvider, config: Config) {
    this.byName = new Map([sandbox, ...configured(config)].map((provider) => [provider.name, provider]));
  }

  find(name: string): PaymentProvider | undefined {
    return this.byName.get(name);
  }

  all(): readonly PaymentProvider[] {
    return [...this.byName.values()];
  }

  /** @throws ValidationFailed when this installation has no such provider */
  get(name: string): PaymentProvider {
    const provider = this.byName.get(name);
    if (provider) return provider;
    const known = [...this.byName.keys(), STORE_CREDIT].join(', ');
    throw new ValidationFailed([
      { pointer: '/provider', code: 'unknown_provider', message: `must be one of: ${known}` },
    ]);
  }
}
