import { setTimeout as delay } from 'node:timers/promises';
import { Gauge, register } from 'prom-client';
import { labelOf } from './shop-label.js';
import { currentShop, furtherShop, inShop } from './shop-scope.js';

type Labels = Readonly<Record<string, string>>;
type SetValue = (labels: Labels, value: number) => void;

/** Sets the values of a gauge. */
export type Measure = (set: SetValue) => void | Promise<void>;

/**
 * What the values of several shops with equal labels become. Numbers of things are added up (`sum`). Of ages and delays the greatest counts
 * (`max`), of times of success and of what is 1 when all is well the least (`min`), so that no healthy shop hides one in trouble.
 */
export type Combined = 'sum' | 'min' | 'max';

/** Far less than the 10 s that Prometheus waits for a scrape, in milliseconds. */
const TIMEOUT_MS = 1000;

const combinations: Readonly<Record<Combined, (a: number, b: number) => number>> = {
  sum: (a, b) => a + b,
  min: Math.min,
  max: Math.max,
};
const gauges = new Map<string, ShopsGauge>();

/**
 * Registers a gauge that is measured when it is scraped. If measuring fails or takes longer than a second, its values are omitted, so that
 * an outage of the database does not hide other metrics. In the same shop (`inShop`), a later gauge replaces one with the same name, or
 * the same `part` of it; those of several shops are combined.
 */
export function gauge(
  name: string,
  help: string,
  labelNames: readonly string[],
  measure: Measure,
  combined: Combined = 'sum',
  part = '',
): void {
  let known = gauges.get(name);
  if (!known || register.getSingleMetric(name) !== known.scraped) {
    known = new ShopsGauge(name, help, labelNames, combined);
    gauges.set(name, known);
  }
  known.measure(part, measure);
}

/** Removes the gauges of a shop whose application has ended; one that starts again registers its own. */
export function forgetShop(shop: string): void {
  for (const [name, known] of gauges) if (!known.forget(furtherShop(shop))) gauges.delete(name);
}

type Value = readonly [labels: Labels, value: number];
interface ShopMeasure {
  readonly shop: string | undefined;
  readonly measure: Measure;
}

/** A gauge with what measures it in each shop. */
class ShopsGauge {
  readonly scraped: Gauge;
  private readonly measures = new Map<string, ShopMeasure>();

  constructor(
    private readonly name: string,
    help: string,
    private readonly labelNames: readonly string[],
    private readonly combined: Combined,
  ) {
    const names = [...labelNames, 'shop'];
    const collect = () => this.collect();
    register.removeSingleMetric(name);
    this.scraped = new Gauge({ name, help, labelNames: names, registers: [], collect });
    register.registerMetric(this.scraped);
  }

  measure(part: string, measure: Measure): void {
    const shop = currentShop();
    this.measures.set(`${shop ?? ''}\n${part}`, { shop, measure });
  }

  /** Returns whether other shops have it. */
  forget(shop: string | undefined): boolean {
    for (const [key, measure] of this.measures) if (measure.shop === shop) this.measures.delete(key);
    if (this.measures.size === 0) register.removeSingleMetric(this.name);
    return this.measures.size > 0;
  }

  private async collect(): Promise<void> {
    const late = delay(TIMEOUT_MS, [], { ref: false });
    const measured = await Promise.all([...this.measures.values()].map((one) => this.valuesOf(one, late)));
    this.scraped.reset();
    for (const [labels, value] of this.combine(measured.flat())) this.scraped.set(labels, value);
  }

  /** Returns none where measuring fails or is too late. Of equal labels, the last value counts. */
  private valuesOf({ shop, measure }: ShopMeasure, late: Promise<Value[]>): Promise<Value[]> {
    const values = new Map<string, Value>();
    const taken = inShop(shop, async () => {
      await measure((labels, value) => {
        const labelled = { ...labels, ...labelOf(shop) };
        values.set(this.keyOf(labelled), [labelled, value]);
      });
      return [...values.values()];
    });
    return Promise.race([taken, late]).catch(() => []);
  }

  private combine(all: readonly Value[]): Iterable<Value> {
    const combine = combinations[this.combined];
    const values = new Map<string, Value>();
    for (const [labels, value] of all) {
      const key = this.keyOf(labels);
      const other = values.get(key);
      values.set(key, [labels, other ? combine(other[1], value) : value]);
    }
    return values.values();
  }

  private keyOf(labels: Labels): string {
    return [...this.labelNames, 'shop'].map((name) => labels[name]).join('\n');
  }
}
