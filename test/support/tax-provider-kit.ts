import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../src/shared/ids.js';
import type { TaxBasket, TaxItem } from '../../src/tax/domain/tax-basket.js';
import { bindEstimate, UnsoundEstimate } from '../../src/tax/domain/tax-estimate.js';
import type { TaxAmounts } from '../../src/tax/domain/tax-report.js';
import { TaxCallRefused, type TaxProvider } from '../../src/tax/providers/tax-provider.js';
import { frozen } from './frozen.js';

/** What a service has in its books of a sale, read past the provider. Minor units. */
export interface TaxBooks {
  readonly sold: number;
  readonly refunded: number;
  readonly voided: boolean;
}

/** How calls may go wrong. `lost`: never answered. `cut`: done, and the answer never comes. `unsound`: an answer that can't be right. */
export type KitFault = 'lost' | 'error' | 'cut' | 'unsound';

/** A provider and what is behind it. */
export interface TaxProviderHarness {
  readonly provider: TaxProvider;
  readonly currency: string;
  /** A country with a tax on the class `standard` and none on the class `books`. */
  readonly country: string;
  /** Makes the next call go wrong; absent where nothing is called. */
  fail?(fault: KitFault): void;
  /** Of the order with this public id or UUID; absent if the provider keeps no documents. */
  booksOf?(orderId: string): TaxBooks | undefined;
  close(): Promise<void>;
}

export interface KitOptions {
  readonly keepsDocuments: boolean;
  /** Whether it calls a service that may fail. */
  readonly callsService: boolean;
}

const TIMEOUT_MS = 5000;
const customerId = newId<'usr'>();
const item = (amount: number, taxClass = 'standard', more: Partial<TaxItem> = {}): TaxItem => ({
  kind: 'goods',
  sku: 'MUG',
  taxClass,
  quantity: 1,
  amount,
  discount: 0,
  ...more,
});
const soon = () => AbortSignal.timeout(TIMEOUT_MS);

/**
 * The contract of a tax provider, as tests. An adapter of your own passes `open`, which brings up a service and the provider that speaks to
 * it.
 */
export function describeTaxProvider(name: string, open: () => Promise<TaxProviderHarness>, options: KitOptions): void {
  describe(`The tax provider ${name}`, () => {
    let harness: TaxProviderHarness;
    beforeAll(async () => void (harness = await open()));
    afterAll(() => harness?.close());

    const basketOf = (...items: TaxItem[]): TaxBasket => {
      const { currency, country } = harness;
      const destination = { country, region: null, postalCode: null, city: null, line1: null, line2: null };
      return frozen({ currency, customerId, destination, items });
    };
    const estimate = async (...items: TaxItem[]) => {
      const basket = basketOf(...items);
      return bindEstimate(basket, await harness.provider.estimate(basket, soon()));
    };
    describeEstimates({ estimate, item });
    if (options.callsService) describeFailures(() => harness, { estimate, basketOf });
    const documents = options.keepsDocuments ? describeDocuments : describeNoDocuments;
    documents(() => harness, estimate);
  });
}

type Estimate = (...items: TaxItem[]) => Promise<ReturnType<typeof bindEstimate>>;

function describeEstimates({ estimate, item: of }: { estimate: Estimate; item: typeof item }): void {
  it('estimates every item, in sequence, and writes a zero', async () => {
    const { lines } = await estimate(of(1000), of(1000, 'books'), of(500, 'standard', { kind: 'shipping', sku: null }));
    expect(lines.map(({ amount }) => amount > 0)).toEqual([true, false, true]);
    expect(lines[1]).toMatchObject({ amount: 0, rate: '0' });
    expect(lines[1]!.category).not.toBe('S');
    expect(lines.every(({ label, source }) => label !== '' && source !== '')).toBe(true);
  });

  it('takes no tax of nothing', async () => {
    expect((await estimate(of(0), of(1))).lines[0]).toMatchObject({ amount: 0, base: 0, category: 'S' });
  });

  it('answers the same for the same basket', async () => {
    const items = [of(999, 'standard', { quantity: 3, discount: 33 }), of(1250, 'books')];
    expect(await estimate(...items)).toEqual(await estimate(...items));
  });

  it('adds up for any basket, and no tax is beyond its price', async () => {
    const any = fc.array(
      fc.record({ amount: fc.integer({ min: 0, max: 10_000_000 }), taxClass: fc.constantFrom('standard', 'books') }),
      { minLength: 1, maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(any, async (items) => {
        const { lines, mode } = await estimate(...items.map(({ amount, taxClass }) => of(amount, taxClass)));
        for (const [index, { base, amount }] of lines.entries())
          expect(base + (mode === 'inclusive' ? amount : 0)).toBe(items[index]!.amount);
      }),
      { numRuns: 25 },
    );
  });
}

function describeFailures(
  harness: () => TaxProviderHarness,
  { estimate, basketOf }: { estimate: Estimate; basketOf: (...items: TaxItem[]) => TaxBasket },
): void {
  const failing = (fault: KitFault) => {
    harness().fail!(fault);
    const signal = fault === 'lost' ? AbortSignal.timeout(300) : soon();
    return harness().provider.estimate(basketOf(item(1000)), signal);
  };

  it.each(['lost', 'error', 'cut'] as const)('throws when an estimate is %s, and works again', async (fault) => {
    const began = performance.now();
    const error: unknown = await failing(fault).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(TaxCallRefused);
    expect(performance.now() - began).toBeLessThan(TIMEOUT_MS);
    expect((await estimate(item(1000))).lines).toHaveLength(1);
  });

  it('gives no estimate that cannot be right', async () => {
    const basket = basketOf(item(1000));
    const given = async () => bindEstimate(basket, await failing('unsound'));
    await expect(given()).rejects.toThrow(UnsoundEstimate);
  });

  it('says no to a place that it does not tax', async () => {
    const basket = basketOf(item(1000));
    const elsewhere = { ...basket, destination: { ...basket.destination, country: 'AQ' } };
    await expect(harness().provider.estimate(elsewhere, soon())).rejects.toThrow(TaxCallRefused);
  });
}

function describeNoDocuments(harness: () => TaxProviderHarness): void {
  it('keeps no documents: the books of Till are the record', () => {
    expect(harness().provider.documents).toBeUndefined();
  });
}

const call = (orderId = newId<'ord'>()) => ({ key: newId<'txo'>(), orderId });
const part = (groups: readonly TaxAmounts[], of: (amount: number) => number) =>
  groups.map((group) => ({ ...group, net: of(group.net), tax: of(group.tax) }));

function describeDocuments(harness: () => TaxProviderHarness, estimate: Estimate): void {
  const documents = () => harness().provider.documents!;
  const books = (orderId: string) => harness().booksOf!(orderId);
  const soldOf = async () => {
    const { lines, reference } = await estimate(item(1000));
    const { country, category, rate, base, amount } = lines[0]!;
    const groups = [{ country, category, rate, net: base, tax: amount }];
    const sale = { ...call(), reference, currency: harness().currency, groups };
    await documents().commit(sale, soon());
    return { sale, groups, gross: base + amount };
  };
  const refundOf = ({ orderId }: { orderId: ReturnType<typeof newId<'ord'>> }, groups: readonly TaxAmounts[]) => ({
    ...call(orderId),
    currency: harness().currency,
    groups,
  });

  it('has nothing in its books of what was only estimated', async () => {
    const { orderId } = call();
    await estimate(item(1000));
    expect(books(orderId)).toBeUndefined();
  });

  it('commits a sale once, however often it is told', async () => {
    const { sale, gross } = await soldOf();
    await documents().commit(sale, soon());
    expect(books(sale.orderId)).toEqual({ sold: gross, refunded: 0, voided: false });
    await expect(documents().commit({ ...sale, key: newId<'txo'>() }, soon())).rejects.toThrow(TaxCallRefused);
  });

  it('refunds parts up to what was committed, and no more', async () => {
    const { sale, groups, gross } = await soldOf();
    const half = part(groups, (amount) => Math.floor(amount / 2));
    const first = refundOf(sale, half);
    await documents().refund(first, soon());
    await documents().refund(first, soon());
    await expect(documents().refund(refundOf(sale, groups), soon())).rejects.toThrow(TaxCallRefused);
    const rest = groups.map((group, index) => ({
      ...group,
      net: group.net - half[index]!.net,
      tax: group.tax - half[index]!.tax,
    }));
    await documents().refund(refundOf(sale, rest), soon());
    expect(books(sale.orderId)).toEqual({ sold: gross, refunded: gross, voided: false });
    await expect(
      documents().refund(
        refundOf(
          sale,
          part(groups, () => 1),
        ),
        soon(),
      ),
    ).rejects.toThrow(TaxCallRefused);
  });

  it('voids a committed sale once, and takes nothing more back', async () => {
    const { sale, groups } = await soldOf();
    const voiding = call(sale.orderId);
    await documents().void(voiding, soon());
    await documents().void(voiding, soon());
    expect(books(sale.orderId)).toMatchObject({ voided: true });
    await expect(documents().refund(refundOf(sale, groups), soon())).rejects.toThrow(TaxCallRefused);
  });

  it('refuses to take back what was never committed, and to void what was refunded', async () => {
    const { sale, groups } = await soldOf();
    await expect(documents().void(call(), soon())).rejects.toThrow(TaxCallRefused);
    await expect(documents().refund(refundOf(call(), groups), soon())).rejects.toThrow(TaxCallRefused);
    await documents().refund(
      refundOf(
        sale,
        part(groups, () => 1),
      ),
      soon(),
    );
    await expect(documents().void(call(sale.orderId), soon())).rejects.toThrow(TaxCallRefused);
  });

  it('has one effect when its answer was lost', async () => {
    const { sale, groups } = await soldOf();
    const refund = refundOf(
      sale,
      part(groups, () => 10),
    );
    harness().fail!('cut');
    await expect(documents().refund(refund, soon())).rejects.not.toThrow(TaxCallRefused);
    await documents().refund(refund, soon());
    expect(books(sale.orderId)).toMatchObject({ refunded: 20 });
  });
}
