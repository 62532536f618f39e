import { cpuMs, familyCpuMs } from './cpu-time.js';

/** CPU time in ms by who used it; who can't be measured is missing. */
export type CpuTimes = Readonly<Record<string, number>>;

/** Processes to measure, by name; `undefined` for one that runs elsewhere. */
export type Measured = Readonly<Record<string, { readonly pid: number | undefined; readonly family?: boolean }>>;

/** How much CPU time processes use between two moments. */
export class CpuMeter {
  private first: CpuTimes = {};
  private second: CpuTimes = {};

  constructor(private readonly measured: Measured) {}

  begin(): void {
    this.first = this.read();
  }

  end(): void {
    this.second = this.read();
  }

  get used(): CpuTimes {
    const names = Object.keys(this.second).filter((name) => name in this.first);
    return Object.fromEntries(names.map((name) => [name, this.second[name]! - this.first[name]!]));
  }

  private read(): CpuTimes {
    const times = Object.entries(this.measured).map(([name, { pid, family }]) => {
      const time = pid === undefined ? undefined : family ? familyCpuMs(pid) : cpuMs(pid);
      return [name, time] as const;
    });
    return Object.fromEntries(times.filter((entry): entry is [string, number] => entry[1] !== undefined));
  }
}
