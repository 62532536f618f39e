import { Counter, Histogram, register } from 'prom-client';
import { DEFAULT_SHOP } from '../config/index.js';
import { currentShop } from './shop-scope.js';

type Labels = Partial<Record<string, string | number>>;
/** What prom-client does not show of its counters and histograms. */
interface Inner {
  readonly name: string;
  labelNames: string[];
  sortedLabelNames: string[];
  readonly hashMap: Readonly<Record<string, { readonly labels: Labels; readonly value: number }>>;
}

const none = {};
const labelled = new Set<unknown>();
let isShown = false;
let ownShop = DEFAULT_SHOP;

/** The label of a shop, where series have it: `currentShop()` is the shop. */
export function labelOf(shop: string | undefined): { readonly shop?: string } {
  return isShown ? { shop: shop ?? ownShop } : none;
}

/**
 * Gives all series of Till the label `shop` from now on, and shows those of counters for this shop at 0. Each application of the process calls
 * it with the slug of its configuration. Counters know nothing of it otherwise, so that it costs nothing where it is off.
 */
export function showShops(shop: string | undefined): void {
  isShown = true;
  if (currentShop() === undefined) ownShop = shop ?? DEFAULT_SHOP;
  for (const metric of register.getMetricsAsArray()) {
    if (!innerOf(metric).name.startsWith('till_')) continue;
    if (metric instanceof Histogram) labelHistogram(metric);
    if (metric instanceof Counter) labelCounter(metric);
  }
}

function labelCounter(counter: Counter): void {
  const { hashMap } = innerOf(counter);
  const known = Object.values(hashMap);
  if (addLabel(counter)) {
    const inc = counter.inc.bind(counter) as (labels: Labels, value?: number) => void;
    counter.inc = (labels?: object | number, value?: number) =>
      typeof labels === 'object'
        ? inc({ ...labels, ...labelOf(currentShop()) }, value)
        : inc(labelOf(currentShop()), labels);
    counter.reset();
    for (const { labels, value } of known) inc({ ...labels, shop: ownShop }, value);
  }
  for (const { labels } of known) counter.inc({ ...labels }, 0);
}

function labelHistogram(histogram: Histogram): void {
  if (!addLabel(histogram)) return;
  const observe = histogram.observe.bind(histogram) as (labels: Labels, value: number) => void;
  histogram.observe = (labels: object | number, value?: number) =>
    typeof labels === 'object'
      ? observe({ ...labels, ...labelOf(currentShop()) }, value!)
      : observe(labelOf(currentShop()), labels);
  histogram.reset();
}

/** Returns whether the metric had no such label. */
function addLabel(metric: Counter | Histogram): boolean {
  if (labelled.has(metric)) return false;
  labelled.add(metric);
  const inner = innerOf(metric);
  inner.labelNames = [...inner.labelNames, 'shop'];
  inner.sortedLabelNames = inner.labelNames.toSorted();
  return true;
}

function innerOf(metric: object): Inner {
  return metric as unknown as Inner;
}
