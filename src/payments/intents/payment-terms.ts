import { Injectable } from '@nestjs/common';
import { assertPermitted, type Caller } from '../../platform/access/index.js';
import { Config } from '../../platform/config/index.js';
import type { Payment } from '../domain/payment.js';
import { Providers } from '../providers/provider-registry.js';
import { assertStoreCreditTerms } from '../attempts/store-credit-payments.js';
import { STORE_CREDIT } from '../domain/payment.js';
import { paymentSettings } from '../payments.settings.js';

/** How a shopper wants to pay. */
export interface WantedPayment {
  readonly provider: string;
  readonly paymentMethod: string;
  /** Whether the money is taken at once, or only held until it is captured. */
  readonly capture: Payment['capture'];
  /** Minor units of the order's currency; all that is left to pay when absent. */
  readonly amount?: number | undefined;
}

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
    const { name } = this.providers.forNewPayment(provider);
    if (capture !== undefined && capture !== captureMode) assertPermitted(caller, 'payments:capture');
    return { ...rest, provider: name, capture: capture ?? captureMode };
  }
}
