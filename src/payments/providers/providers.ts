import { Injectable } from '@nestjs/common';
import { ValidationFailed } from '../../shared/errors.js';
import type { PaymentProvider } from './provider.js';
import { SandboxProvider } from './sandbox.provider.js';

/** The providers of this installation, by name. To add one, implement `PaymentProvider` and list it here. */
@Injectable()
export class Providers {
  private readonly byName: ReadonlyMap<string, PaymentProvider>;

  constructor(sandbox: SandboxProvider) {
    this.byName = new Map([sandbox].map((provider) => [provider.name, provider]));
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
    const known = [...this.byName.keys()].join(', ');
    throw new ValidationFailed([
      { pointer: '/provider', code: 'unknown_provider', message: `must be one of: ${known}` },
    ]);
  }
}
