import { Injectable } from '@nestjs/common';
import { newId, type ProductId } from '../shared/ids.js';
import type { Caller } from '../platform/access/index.js';
import { StockReservations } from '../catalog/index.js';
import { type EstimatedTaxes, TaxEstimates } from '../tax/index.js';
import { assertMayOrder } from './may-order.js';
import type { Order } from './domain/order.js';
import { quantitiesOf } from './domain/order-products.js';
import { placeOrder, type WantedOrder } from './domain/place-order.js';
import { type ShippingOption, shippingOptions } from './domain/shipping-options.js';
import { OrderTerms } from './order-terms.js';

/** An order that is not placed, and how it may be shipped. */
export interface QuotedOrder {
  readonly order: Order;
  readonly shippingOptions: readonly ShippingOption[];
}

/** The most shipping options of a quote. */
const MOST_OPTIONS = 50;

/** Says what an order would be, without placing it. */
@Injectable()
export class Quotes {
  constructor(
    private readonly stock: StockReservations,
    private readonly terms: OrderTerms,
    private readonly estimates: TaxEstimates,
  ) {}

  /**
   * Returns the order that placing would make now, by the same rules, and how it may be shipped; it reserves nothing and has no number. Quotas of unpaid orders do
   * not apply.
   * @throws Forbidden, ValidationFailed, ProductUnavailable, InsufficientStock, ShippingUnavailable, CouponRefused, OrderTooLarge, TaxRateMissing,
   * TaxProviderUnavailable, TaxUndetermined
   */
  of(caller: Caller, wanted: WantedOrder): Promise<QuotedOrder> {
    return this.estimates.run((taxes) => this.quote(caller, wanted, taxes));
  }

  /**
   * Returns the taxes of an order that is about to be placed, if a provider estimates them.
   * @throws TaxProviderUnavailable, TaxUndetermined
   */
  taxesAhead(caller: Caller, wanted: WantedOrder): Promise<EstimatedTaxes | undefined> {
    return this.estimates.ahead((taxes) => this.quote(caller, wanted, taxes));
  }

  private async quote(caller: Caller, wanted: WantedOrder, taxes: EstimatedTaxes | undefined): Promise<QuotedOrder> {
    assertMayOrder(caller, wanted);
    const [products, named] = await Promise.all([
      this.stock.offers(quantitiesOf(wanted.lines).map(({ productId }) => productId)),
      this.terms.named(wanted, false),
    ]);
    const automatic = await this.terms.promotions.automatic(products);
    const conditions = await this.terms.conditionsOf(wanted, products, named, automatic, taxes);
    const identity = { id: newId<'ord'>(), number: 0, ...this.terms.newParts(wanted, products) };
    const order = placeOrder(wanted, products, identity, conditions);
    const methods = await this.terms.shipping.offered(order.currency, countryOf(wanted), MOST_OPTIONS);
    const withMethods = await this.terms.taxesWith(methods, wanted, conditions);
    const byId = new Map(products.map((product) => [product.id, product]));
    const productOf = (id: ProductId) => byId.get(id);
    return { order, shippingOptions: shippingOptions(order, methods, { productOf, taxes: withMethods }) };
  }
}

function countryOf({ shippingAddress }: WantedOrder): string | undefined {
  const country = shippingAddress?.['country'];
  return typeof country === 'string' ? country.toUpperCase() : undefined;
}
