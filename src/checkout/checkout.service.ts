import { Injectable } from '@nestjs/common';
import type { Caller } from '../platform/access/index.js';
import { AuditLog } from '../platform/audit/index.js';
import { encodeId } from '../shared/ids.js';
import { keepAnswer, keepSoleAnswer } from '../platform/idempotency/index.js';
import { type Order, OrdersService, type WantedOrder } from '../orders/index.js';
import {
  AttemptStarter,
  type Payment,
  PaymentStarter,
  type RecordedOrder,
  type StartedAttempt,
  type WantedPayment,
} from '../payments/index.js';
import type { EstimatedTaxes } from '../tax/index.js';
import { Placing } from './placing.js';

/** A placed order. `payment` is null if the order costs nothing, and absent if the request had none. */
export interface PlacedOrder {
  readonly order: Order;
  readonly payment?: Payment | null;
}

/** The result of the first transaction: an order and its response, or an attempt to finish. */
type Begun =
  | { readonly placed: PlacedOrder; readonly started?: never }
  | { readonly started: StartedAttempt; readonly order?: Order };

/** How a new order is to be paid and taxed. */
interface PaymentAndTaxes {
  readonly payment: WantedPayment | undefined;
  readonly taxes: EstimatedTaxes | undefined;
}

/** Places orders, and pays them in the same request. */
@Injectable()
export class CheckoutService {
  constructor(
    private readonly placing: Placing,
    private readonly orders: OrdersService,
    private readonly payments: PaymentStarter,
    private readonly attempts: AttemptStarter,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Places an order. With a payment, it commits the order, its reservation and the first attempt together, calls the provider, and
   * commits the outcome with order, ledger and response. A repeat of the request continues where the first one stopped. A declined
   * payment leaves an unpaid order; a refused payment leaves no order.
   * @throws Forbidden, TaxProviderUnavailable, TaxUndetermined, and the errors of `OrdersService.place` and `PaymentStarter.start`
   */
  async place(caller: Caller, wanted: WantedOrder, payment?: WantedPayment): Promise<PlacedOrder> {
    const earlier = await this.placing.earlierRun(caller, wanted);
    if (earlier) return this.finish(caller, { started: earlier });
    const begun = await this.placing.run(caller, wanted, (taxes) => this.begin(caller, wanted, { payment, taxes }));
    return begun.started ? this.finish(caller, begun) : begun.placed;
  }

  /** Customers set no prices, so their orders write nothing here. */
  private auditPrices({ lines }: WantedOrder, { id }: Order): void {
    const given = lines.filter(({ unitPrice }) => unitPrice !== undefined);
    if (given.length === 0) return;
    const prices = given.map(({ productId, unitPrice }) => ({ productId: encodeId('prd', productId), unitPrice }));
    const target = { type: 'order', id: encodeId('ord', id) };
    this.audit.record({ action: 'order.price_overridden', target, after: { prices } });
  }

  /** Reasons stay out: they may name the customer, and the log is never changed. */
  private auditDiscounts({ id, discounts }: Order): void {
    const manual = (discounts ?? []).filter(({ source }) => source === 'manual');
    if (manual.length === 0) return;
    const taken = manual.map(({ name, percentage, amount }) => ({ name, percentage, amount }));
    const target = { type: 'order', id: encodeId('ord', id) };
    this.audit.record({ action: 'order.discounted', target, after: { discounts: taken } });
  }

  private async begin(
    caller: Caller,
    wanted: WantedOrder,
    { payment: wantedPayment, taxes }: PaymentAndTaxes,
  ): Promise<Begun> {
    const [prepared, earlier, standing] = await Promise.all([
      this.orders.prepare(caller, wanted, taxes),
      this.attempts.findPreviousRun(),
      wantedPayment && this.payments.standingOfNew(caller, wanted.customerId),
    ]);
    if (earlier) return { started: earlier };
    const order = this.orders.place(prepared);
    this.auditPrices(wanted, order);
    this.auditDiscounts(order);
    if (standing && wantedPayment && !isFree(order, wantedPayment)) {
      const { started, order: after } = this.payments.start(caller, order, standing, wantedPayment);
      return { started, order: { ...after, lines: order.lines } };
    }
    const placed = wantedPayment ? { order, payment: null } : { order };
    keepSoleAnswer(placed);
    return { placed };
  }

  private async finish(
    caller: Caller,
    { started, order: before }: Begun & { started: StartedAttempt },
  ): Promise<PlacedOrder> {
    let placed: PlacedOrder | undefined;
    const payment = await this.attempts.finish(started, async (recordedPayment, recorded) => {
      placed = { order: await this.after(before, recorded), payment: recordedPayment };
      keepAnswer(placed, recorded.isOpen);
    });
    return placed?.payment === payment ? placed : { order: await this.orders.read(caller, payment.orderId), payment };
  }

  /** Returns the recorded order with its lines. Reads the lines again only if the order has changed since it was placed. */
  private async after(before: Order | undefined, { order, lockedVersion }: RecordedOrder): Promise<Order> {
    return before?.version === lockedVersion ? { ...order, lines: before.lines } : this.orders.withLines(order);
  }
}

/** Whether there is nothing to pay, and the request named no amount. */
function isFree({ total }: Order, { amount }: WantedPayment): boolean {
  return total === 0 && amount === undefined;
}
