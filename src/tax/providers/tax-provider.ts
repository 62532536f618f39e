import type { OrderId, TaxOperationId } from '../../shared/ids.js';
import type { TaxBasket } from '../domain/tax-basket.js';
import type { TaxEstimate } from '../domain/tax-estimate.js';
import type { TaxAmounts } from '../domain/tax-report.js';

/** A document at a provider: the taxes of one order. `key` is the idempotency key: what is told twice has one effect. */
export interface TaxDocumentCall {
  readonly key: TaxOperationId;
  readonly orderId: OrderId;
}

/** The whole sale, with its taxes as they were charged. */
export interface TaxCommit extends TaxDocumentCall {
  /** Of the estimate, if the provider made it and named it. */
  readonly reference: string | null;
  readonly currency: string;
  readonly groups: readonly TaxAmounts[];
}

/** What was returned of a sale. */
export interface TaxRefund extends TaxDocumentCall {
  readonly currency: string;
  readonly groups: readonly TaxAmounts[];
}

/** The provider refused a call, with this reason: to repeat the call is of no use. */
export class TaxCallRefused extends Error {}

/** The documents of a provider that keeps some. Each call throws `TaxCallRefused`, or another error if it may be repeated. */
export interface TaxDocumentKeeper {
  /** Records a sale, once for each order. */
  commit(sale: TaxCommit, signal: AbortSignal): Promise<void>;
  /** Takes a recorded sale back as a whole. Refused for one that is not recorded, and after a refund. */
  void(sale: TaxDocumentCall, signal: AbortSignal): Promise<void>;
  /** Takes a part of a recorded sale back. Refused beyond what is left of a group, and after a void. */
  refund(part: TaxRefund, signal: AbortSignal): Promise<void>;
}

/**
 * A source of taxes. To add one, implement this and choose it in `tax-providers.ts`; `describeTaxProvider`
 * (`test/support/tax-provider-kit.ts`) drives it through the contract. No call is made inside a transaction.
 */
export interface TaxProvider {
  readonly name: string;
  /** How long a call may take, in milliseconds. After that, `signal` aborts it. */
  readonly timeoutMs: number;
  /**
   * Returns the taxes of a basket, one for each item, also where they are zero. Has no effect, and the same answer for the same basket as
   * long as no rate changes.
   * @throws TaxCallRefused if the provider can't tax it
   */
  estimate(basket: TaxBasket, signal: AbortSignal): Promise<TaxEstimate>;
  /** Absent if the books of Till are the only record, as with the table of rates. */
  readonly documents?: TaxDocumentKeeper;
}
