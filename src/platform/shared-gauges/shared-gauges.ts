import { Injectable } from '@nestjs/common';
import { type Combined, gauge, type Measure } from '../metrics/index.js';
import { GaugeLease } from './gauge-lease.js';

/** The greatest part of the time that a slow measurement may take: on a large database it is repeated less often. */
const SHARE = 0.01;
const SLOW_EVERY_MS = 60_000;

type Values = Parameters<Parameters<Measure>[0]>[];

/** Gauges of what all processes share, such as rows of the database: one process reports them for all (`GaugeLease`). */
@Injectable()
export class SharedGauges {
  constructor(private readonly lease: GaugeLease) {}

  /** A gauge that is measured when it is scraped, as `gauge` does it; in the other processes it has no values. */
  add(name: string, help: string, labelNames: readonly string[], measure: Measure, combined?: Combined): void {
    const measureIfHeld: Measure = async (set) => {
      if (await this.lease.isHeld()) await measure(set);
    };
    gauge(name, help, labelNames, measureIfHeld, combined);
  }

  /**
   * A gauge whose measurement reads whole tables: at most once a minute, and less often the longer it takes. Scrapes get the last
   * values; until the first are there, none.
   */
  addSlow(name: string, help: string, labelNames: readonly string[], measure: Measure): void {
    const slow = new SlowMeasurement(measure);
    this.add(name, help, labelNames, async (set) => {
      for (const [labels, value] of await slow.values()) set(labels, value);
    });
  }
}

/** The values of a measurement, and when it is due again. */
class SlowMeasurement {
  private latest: Values | undefined;
  private running: Promise<Values> | undefined;
  private dueAt = -Infinity;

  constructor(private readonly measure: Measure) {}

  /** Returns the latest values while new ones are measured. @throws the error of the first measurement */
  async values(): Promise<Values> {
    if (performance.now() >= this.dueAt) {
      this.running ??= this.run().finally(() => (this.running = undefined));
      this.running.catch(() => undefined); // the next scrape tries again
    }
    return this.latest ?? (await this.running!);
  }

  private async run(): Promise<Values> {
    const began = performance.now();
    const values: Values = [];
    await this.measure((labels, value) => values.push([labels, value]));
    const ended = performance.now();
    this.dueAt = ended + Math.max(SLOW_EVERY_MS, (ended - began) / SHARE);
    return (this.latest = values);
  }
}
