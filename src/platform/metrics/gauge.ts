import { setTimeout as delay } from 'node:timers/promises';
import { Gauge, register } from 'prom-client';

type SetValue = (labels: Readonly<Record<string, string>>, value: number) => void;

/** Sets the values of a gauge. */
export type Measure = (set: SetValue) => void | Promise<void>;

/** Far less than the 10 s that Prometheus waits for a scrape, in milliseconds. */
const TIMEOUT_MS = 1000;

/**
 * Registers a gauge that is measured when it is scraped. If measuring fails or takes longer than a second, the gauge is omitted, so that
 * an outage of the database does not hide other metrics. A later gauge replaces one with the same name.
 */
export function gauge(name: string, help: string, labelNames: readonly string[], measure: Measure): void {
  register.removeSingleMetric(name);
  const scraped = new Gauge({
    name,
    help,
    labelNames: [...labelNames],
    registers: [],
    async collect() {
      this.reset();
      // Without labels, a gauge is 0 after a reset, which does not mean unknown.
      if (labelNames.length === 0) this.remove();
      const values: Parameters<SetValue>[] = [];
      const take = async (): Promise<boolean> => {
        await measure((labels, value) => values.push([labels, value]));
        return true;
      };
      const inTime = await Promise.race([take(), delay(TIMEOUT_MS, false, { ref: false })]).catch(() => false);
      if (inTime) for (const [labels, value] of values) this.set(labels, value);
    },
  });
  register.registerMetric(scraped);
}
