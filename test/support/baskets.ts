import { placeOrder, type WantedOrder } from '../../src/orders/domain/place-order.js';
import type { Order } from '../../src/orders/domain/order.js';
import { newId, type UserId } from '../../src/shared/ids.js';
import type { TaxMode, TaxTerms } from '../../src/tax/index.js';

/** Percentages that baskets may have. */
export const RATES = ['0', '2.9', '5', '7.7', '8.875', '9', '10.75', '15', '19', '20', '21', '25.5', '27'] as const;
/** The tax class of a rate. */
export const classOf = (rate: string) => `r${rate.replace('.', '_')}`;
const terms = (mode: TaxMode, rounding: Basket['rounding']): TaxTerms => ({
  mode,
  ...(rounding && { rounding }),
  byClass: new Map(
    RATES.map((rate) => [
      classOf(rate),
      { country: 'GB', category: rate === '0' ? 'Z' : 'S', rate, label: 'VAT', reason: null, source: 'test' },
    ]),
  ),
});

/** What a customer orders, with charges and discounts by staff. Amounts are minor units. */
export interface Basket {
  readonly mode: TaxMode;
  /** For each rate, if absent. */
  readonly rounding?: 'rate' | 'line' | 'unit';
  readonly currency: string;
  readonly lines: readonly { price: number; quantity: number; taxClass: string | null }[];
  readonly charges: readonly { amount: number; taxClass: string | undefined }[];
  readonly discounts: readonly { percentage?: string; amount?: number }[];
}

const ids = Array.from({ length: 200 }, () => ({
  line: newId<'lin'>(),
  charge: newId<'chg'>(),
  product: newId<'prd'>(),
}));
const [id, customerId, actorId] = [newId<'ord'>(), newId<'usr'>(), newId<'usr'>() as UserId];
const now = new Date(0);

/** Returns the order of a basket, as it is placed. */
export function orderOf({ mode, rounding, currency, lines, charges, discounts }: Basket): Order {
  const wanted: WantedOrder = {
    customerId,
    lines: lines.map(({ quantity }, index) => ({ productId: ids[index]!.product, quantity })),
    charges: charges.map((charge) => ({ kind: 'shipping', name: 'Parcel', ...charge })),
  };
  const products = lines.map(({ price: each, taxClass }, index) => ({
    id: ids[index]!.product,
    sku: `S${index}`,
    name: 'Thing',
    price: each,
    currency,
    taxClass,
    weight: null,
    active: true,
    available: 1_000_000,
  }));
  const manual = discounts.map((discount) => ({ name: 'Sorry', reason: 'late', actorId, ...discount }));
  const taxed = [...lines, ...charges].some(({ taxClass }) => taxClass);
  return placeOrder(
    wanted,
    products,
    {
      id,
      number: 1,
      now,
      reservedUntil: now,
      lineIds: ids.map(({ line }) => line),
      chargeIds: ids.map(({ charge }) => charge),
    },
    {
      taxes: taxed ? terms(mode, rounding) : undefined,
      discounts:
        manual.length === 0
          ? undefined
          : {
              codes: [],
              promotions: [],
              uses: new Map(),
              alike: new Map(),
              manual,
              ids: manual.map(() => newId<'dsc'>()),
            },
    },
  );
}
