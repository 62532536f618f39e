/** Percentiles in milliseconds. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/** The value below or at which `share` (0 to 1) of the sorted values lie, by nearest rank; NaN when there is none. */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export function latencyOf(values: Iterable<number>): Latency {
  const sorted = Float64Array.from(values).sort();
  return { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99) };
}

export function median(values: Iterable<number>): number {
  return latencyOf(values).p50;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
