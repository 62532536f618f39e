/** The state of a part of the service. */
export type ComponentStatus = 'operational' | 'degraded' | 'down';

const severity: Readonly<Record<ComponentStatus, number>> = { operational: 0, degraded: 1, down: 2 };

/** A time when something was not well; `until` is open while it still is not. Times are in milliseconds since 1970. */
export interface Outage {
  readonly status: ComponentStatus;
  readonly from: number;
  readonly until: number | undefined;
}

/** Returns the most severe of these states; `operational` for none. */
export function worst(states: readonly ComponentStatus[]): ComponentStatus {
  return states.reduce((a, b) => (severity[b] > severity[a] ? b : a), 'operational');
}

/** Returns the share (0 to 1) of the time from `from` to `to` in which nothing was down. Degraded is no outage. */
export function availability(outages: readonly Outage[], from: number, to: number): number {
  const down = outages.filter(({ status }) => status === 'down').map((outage) => within(outage, from, to));
  const merged = merge(down.filter((span) => span !== undefined));
  return 1 - merged.reduce((sum, [start, end]) => sum + end - start, 0) / (to - from);
}

/** Returns the worst state in each of `count` equal parts of the time from `from` to `to`. */
export function timeline(outages: readonly Outage[], from: number, to: number, count: number): ComponentStatus[] {
  const step = (to - from) / count;
  return Array.from({ length: count }, (_, index) => {
    const [start, end] = [from + index * step, from + (index + 1) * step];
    return worst(outages.filter((outage) => within(outage, start, end)).map(({ status }) => status));
  });
}

function within({ from, until = Infinity }: Outage, start: number, end: number): [number, number] | undefined {
  const span: [number, number] = [Math.max(from, start), Math.min(until, end)];
  return span[0] < span[1] ? span : undefined;
}

/** Joins spans that overlap, so that no time counts twice. */
function merge(spans: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const merged: [number, number][] = [];
  for (const [start, end] of spans.toSorted(([a], [b]) => a - b)) {
    const last = merged.at(-1);
    if (last && start <= last[1]) merged[merged.length - 1] = [last[0], Math.max(last[1], end)];
    else merged.push([start, end]);
  }
  return merged;
}
