import { type Latency, latencyOf } from '../measure/latency.js';

/** What came of a load. */
export interface LoadResult {
  /** Done within the measured time. */
  readonly measured: number;
  readonly perSecond: number;
  readonly latencyMs: Latency;
  /** By the name of the step, where there are several. */
  readonly stepLatencyMs: Readonly<Record<string, Latency>>;
  /** Of the load generator itself, within the measured time. */
  readonly cpuMs: number;
  /** Done in all, with the warm-up and what ended after the measured time. */
  readonly done: number;
  /** How often each wrong answer came, in all. */
  readonly errors: Readonly<Record<string, number>>;
}

/** Counts what clients do; only what ends between `begin` and `end` is measured. */
export class Tally {
  private readonly totals: number[] = [];
  private readonly steps: number[][];
  private readonly errors = new Map<string, number>();
  private measuring = false;
  private done = 0;
  private since = 0;
  private cpuSince: NodeJS.CpuUsage | undefined;
  private seconds = 0;
  private cpuMs = 0;

  constructor(private readonly stepNames: readonly string[]) {
    this.steps = stepNames.map(() => []);
  }

  begin(): void {
    this.since = performance.now();
    this.cpuSince = process.cpuUsage();
    this.measuring = true;
  }

  end(): void {
    this.measuring = false;
    this.seconds = (performance.now() - this.since) / 1000;
    const { user, system } = process.cpuUsage(this.cpuSince);
    this.cpuMs = (user + system) / 1000;
  }

  /** `moments` as a task answers them. */
  add(moments: readonly number[]): void {
    this.done += 1;
    if (!this.measuring) return;
    this.totals.push(moments.at(-1)! - moments[0]!);
    this.steps.forEach((step, index) => step.push(moments[index + 1]! - moments[index]!));
  }

  addError(message: string): void {
    this.errors.set(message, (this.errors.get(message) ?? 0) + 1);
  }

  get errorCount(): number {
    return [...this.errors.values()].reduce((sum, count) => sum + count, 0);
  }

  result(): LoadResult {
    return {
      measured: this.totals.length,
      perSecond: this.totals.length / this.seconds,
      latencyMs: latencyOf(this.totals),
      stepLatencyMs: Object.fromEntries(this.stepNames.map((name, index) => [name, latencyOf(this.steps[index]!)])),
      cpuMs: this.cpuMs,
      done: this.done,
      errors: Object.fromEntries(this.errors),
    };
  }
}
