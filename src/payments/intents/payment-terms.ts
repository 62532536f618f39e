import { Injectable } from '@nestjs/common';
import { assertPermitted, type Caller } from '../../platform/access/index.js';
import { ValidationFailed } from '../../shared/errors.js';
import { Config } from '../../platform/config/index.js';
import { type Payment, type RequestedInstructions, STORE_CREDIT } from '../domain/payment.js';
import { Providers } from '../providers/provider-registry.js';
import { assertStoreCreditTerms } from '../attempts/store-credit-payments.js';
import { paymentSettings } from '../payments.settings.js';

/** How a shopper wants to pay. */
export type WantedPayment = RequestedInstructions & {
  /** Minor units of the order's currency; if absent, all that is left to pay. */
  readonly amount?: number | undefined;
};

/** The same, without the fields for which the shop has a default. */
export type PaymentRequest = Omit<WantedPayment, 'provider' | 'capture'> & {
  readonly provider?: string | undefined;
  readonly capture?: Payment['capture'] | undefined;
};

/** The shop's defaults for payments: the provider, and the capture mode (`CAPTURE_MODE`). */
@Injectable()
export class PaymentTerms {
  constructor(
    private readonly providers: Providers,
    private readonly config: Config,
  ) {}

  /**
   * Returns the request with the shop's defaults. Only staff may choose another capture mode than the shop's: a customer who only
   * authorises would reserve goods with money that expires.
   * @throws Forbidden without `payments:capture`, ValidationFailed for an unknown provider and for terms that store credit does not support
   */
  of(caller: Caller, { provider, capture, ...rest }: PaymentRequest): WantedPayment {
    if (provider === STORE_CREDIT) {
      const wanted = { ...rest, provider, capture: capture ?? 'automatic' };
      assertStoreCreditTerms(wanted);
      return wanted;
    }
    const { captureMode } = this.config.of(paymentSettings);
    const { name, capabilities } = this.providers.forNewPayment(provider);
    if (rest.statementDescriptor !== undefined && !capabilities.statementDescriptors) throw noDescriptor(name);
    if (capture !== undefined && capture !== captureMode) assertPermitted(caller, 'payments:capture');
    return { ...rest, provider: name, capture: capture ?? captureMode };
  }
}

/** Refuses a descriptor if the provider does not support it, instead of dropping it silently. */
function noDescriptor(provider: string): ValidationFailed {
  const message = `must be absent: ${provider} takes none`;
  return new ValidationFailed([{ pointer: '/statementDescriptor', code: 'not_supported', message }]);
}
