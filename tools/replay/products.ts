import { createHash } from 'node:crypto';
import type { Product } from './api-shapes.js';
import type { ApiClient } from './client.js';
import { ApiProblem } from './answer.js';
import type { Customer } from './customers.js';
import { ReplayFailure } from './failure.js';
import type { PlannedProduct } from './plan.js';

/** A product of the file and how many units the orders still to be placed take. */
export interface Demand {
  readonly product: PlannedProduct;
  readonly units: number;
}

/**
 * What is left to sell of each product. A product whose every order stands already is left out, so that a second run
 * asks nothing of the catalogue.
 */
export function remainingDemand(products: readonly PlannedProduct[], customers: readonly Customer[]): Demand[] {
  const units = new Map<string, number>();
  for (const { planned, history } of customers) {
    for (const step of planned.steps) {
      if (step.kind === 'refund' || history.standing(step.invoice)) continue;
      for (const { sku, quantity } of step.lines) units.set(sku, (units.get(sku) ?? 0) + quantity);
    }
  }
  return products
    .map((product) => ({ product, units: units.get(product.sku) ?? 0 }))
    .filter((demand) => demand.units > 0 || demand.product.ordered === 0);
}

/** Creates the product with stock enough, or tops up the one that is there. With a `taxClass`, it is taxed. Answers its id. */
export async function ensureProduct(api: ApiClient, { product, units }: Demand, taxClass?: string): Promise<string> {
  const { sku, name, price } = product;
  const body = {
    sku,
    name: name || sku,
    price: { amount: price, currency: 'GBP' },
    taxClass,
    stock: { onHand: units },
  };
  try {
    return (await api.post<Product>('/v1/products', body)).id;
  } catch (error) {
    if (!(error instanceof ApiProblem && error.status === 409)) throw error;
  }
  const [existing] = await api.all<Product>(`/v1/products?sku=${encodeURIComponent(sku)}`);
  if (existing?.status !== 'active') throw new ReplayFailure(`Product ${sku} is archived. Make it active again.`);
  if (taxClass !== undefined && existing.taxClass !== taxClass)
    throw new ReplayFailure(`Product ${sku} was made without a tax class. Play with --tax on a fresh database.`);
  await topUp(api, sku, existing, units);
  return existing.id;
}

/** The key names the stock it starts from: a retry adds once, a later need adds again. */
async function topUp(api: ApiClient, sku: string, { id, stock }: Product, units: number): Promise<void> {
  const delta = units - stock.available;
  if (delta <= 0) return;
  const state = createHash('sha256').update(`${sku} ${stock.onHand} ${stock.reserved} ${delta}`).digest('hex');
  await api.post(`/v1/products/${id}/stock-adjustments`, { delta, reason: 'replay' }, `replay-stock-${state}`);
}
