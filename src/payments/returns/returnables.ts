import { Injectable } from '@nestjs/common';
import type { OrderId, PaymentId } from '../../shared/ids.js';
import { type Obligation, Obligations, type OrderHeader, OrdersService } from '../../orders/index.js';
import type { Payment } from '../domain/payment.js';
import type { Returnable } from '../domain/return-plan.js';
import { PaymentsRepository } from '../attempts/payments.repository.js';
import { Providers } from '../providers/provider-registry.js';
import { RefundsRepository } from '../attempts/refunds.repository.js';

/** A locked order with all its payments and obligations. */
export interface LockedReturnable extends Returnable {
  readonly order: OrderHeader;
  readonly obligations: readonly Obligation[];
}

/** Locks an order and all its payments. */
@Injectable()
export class Returnables {
  constructor(
    private readonly orders: OrdersService,
    private readonly obligations: Obligations,
    private readonly payments: PaymentsRepository,
    private readonly refunds: RefundsRepository,
    private readonly providers: Providers,
  ) {}

  async lock(orderId: OrderId): Promise<LockedReturnable> {
    const [order, payments, obligations] = await Promise.all([
      this.orders.lockForPayment(orderId),
      this.payments.lockOf(orderId),
      this.obligations.live(orderId),
    ]);
    const refunds = await this.refunds.openOf(orderId);
    const voids = await this.payments.failedVoidsOf(orderId);
    const voidsParts = ({ provider }: Payment) => this.providers.find(provider)?.capabilities.partialVoids ?? false;
    const newestFirst = payments.toReversed();
    return { order, payments: newestFirst, obligations, owing: owingOf(obligations), refunds, voids, voidsParts };
  }
}

function owingOf(obligations: readonly Obligation[]): ReadonlySet<PaymentId> | null {
  const ids = obligations.map(({ paymentId }) => paymentId);
  return ids.includes(null) ? null : new Set(ids as PaymentId[]);
}
