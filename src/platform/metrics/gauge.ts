import { setTimeout as delay } from 'node:timers/promises';
import { Gauge, register } from 'prom-client';

type SetValue = (labels: Readonly<Record<string, string>>, value: number) => void;

/** Far less than the 10 s that Prometheus waits for a scrape, in milliseconds. */
const TIMEOUT_MS = 1000;

/**
 * A gauge that is measured when it is scraped. Where measuring fails or takes longer than a second it is left out, so
 * that an outage of the database never hides the other metrics. The last one of a name counts.
 */
export function gauge(
  name: string,
  help: string,
  labelNames: readonly string[],
  measure: (set: SetValue) => void | Promise<void>,
): void {
  register.removeSingleMetric(name);
  const scraped = new Gauge({
    name,
    help,
    labelNames: [...labelNames],
    registers: [],
    async collect() {
      this.reset();
      // Without labels, a gauge is 0 after a reset, which is not the same as unknown.
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
