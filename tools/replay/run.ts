import { apiFigures, readMoney, readOrders, readProof } from './check.js';
import type { ApiClient } from './client.js';
import { concurrently } from './concurrently.js';
import type { Customer } from './customers.js';
import { ensureCustomer } from './customers.js';
import type { Figures, Plan } from './plan.js';
import { playCustomer } from './play.js';
import { ensureProduct, remainingDemand } from './products.js';
import { readVat, TAX_CLASS, TAX_COUNTRY, type Vat } from './vat.js';
import type { Progress } from '../terminal/progress.js';

export interface Outcome {
  readonly placed: number;
  readonly refunds: number;
  readonly api: Figures;
  /** Of the ledger, when the prices include tax. */
  readonly vat: Vat | undefined;
  readonly balanced: boolean;
}

/** One run of a plan against a server, phase by phase, each as wide as `limit` requests at once. */
export class Run {
  constructor(
    private readonly api: ApiClient,
    private readonly plan: Plan,
    private readonly progress: Pick<Progress, 'begin' | 'step' | 'end'>,
    private readonly limit: number,
    /** Percents of British tax that the prices include. */
    private readonly tax?: number,
  ) {}

  /** Plays what is not played yet, then asks the API what it holds. */
  async play(): Promise<Outcome> {
    const customers = await this.phase('customers', this.plan.customers, (planned) =>
      ensureCustomer(this.api, planned),
    );
    const demand = remainingDemand(this.plan.products, customers);
    const taxClass = this.tax === undefined ? undefined : TAX_CLASS;
    const made = await this.phase('products', demand, (each) => ensureProduct(this.api, each, taxClass));
    const productIds = new Map(demand.map(({ product }, index) => [product.sku, made[index] as string]));
    const tallies = await this.visits(customers, productIds);
    return { ...tallies, ...(await this.check(customers)) };
  }

  private async visits(customers: readonly Customer[], productIds: ReadonlyMap<string, string>) {
    const steps = customers.reduce((total, { planned }) => total + planned.steps.length, 0);
    this.progress.begin('orders and refunds', steps);
    const country = this.tax === undefined ? undefined : TAX_COUNTRY;
    const tallies = await concurrently(customers, this.limit, (customer) =>
      playCustomer(this.api, customer, { productIds, country }, () => this.progress.step()),
    );
    this.progress.end();
    return {
      placed: tallies.reduce((total, tally) => total + tally.placed, 0),
      refunds: tallies.reduce((total, tally) => total + tally.refunded, 0),
    };
  }

  private async check(customers: readonly Customer[]) {
    const orders = (await this.phase('reading orders', customers, (customer) => readOrders(this.api, customer))).flat();
    const money = await this.phase('reading payments', orders, (order) => readMoney(this.api, this.plan, order));
    const vat = this.tax === undefined ? undefined : await readVat(this.api, this.tax);
    return { api: apiFigures(this.plan, orders, money), vat, balanced: await readProof(this.api) };
  }

  private async phase<T, R>(label: string, items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
    this.progress.begin(label, items.length);
    const results = await concurrently(items, this.limit, async (item) => {
      const result = await work(item);
      this.progress.step();
      return result;
    });
    this.progress.end();
    return results;
  }
}
