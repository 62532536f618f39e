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
  /** Minor units of the order's currency; all that is left to pay when absent. */
  readonly amount?: number | undefined;
};

/** The same with what a request may leave to the shop. */
export type PaymentRequest = Omit<WantedPayment, 'provider' | 'capture'> & {
  readonly provider?: string | undefined;
  readonly capture?: Payment['capture'] | undefined;
};

/** What the shop decides about payments: the default provider, and when money is captured (`CAPTURE_MODE`). */
@Injectable()
export class PaymentTerms {
  constructor(
    private readonly providers: Providers,
    private readonly config: Config,
  ) {}

  /**
   * The request with the shop's terms. Another capture mode than the shop's is for staff: a customer who only authorises
   * would hold goods with money that runs out.
   * @throws Forbidden without `payments:capture`, ValidationFailed for an unknown provider and for what store credit can't do
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

/** A provider that has no place for it must not drop it unnoticed. */
function noDescriptor(provider: string): ValidationFailed {
  const message = `must be absent: ${provider} takes none`;
  return new ValidationFailed([{ pointer: '/statementDescriptor', code: 'not_supported', message }]);
}
