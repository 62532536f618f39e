import { Counter, register } from 'prom-client';

/** The values of all counters of Till, by a name for a field of a line: `deliveries_mail_done`. */
export type Counts = ReadonlyMap<string, number>;

/** Reads the counters of this process. */
export async function readCounts(): Promise<Counts> {
  const counters = register.getMetricsAsArray().filter((metric) => metric instanceof Counter);
  const counts = new Map<string, number>();
  for (const counter of counters) {
    const { name, values } = await counter.get();
    if (!name.startsWith('till_')) continue;
    for (const { labels, value } of values) {
      const field = fieldOf(name, { ...labels, shop: undefined });
      counts.set(field, (counts.get(field) ?? 0) + value);
    }
  }
  return counts;
}

/** Returns by how much counters grew; those that did not are left out. */
export function growth(before: Counts, after: Counts): Record<string, number> {
  const grown = [...after].map(([name, value]) => [name, value - (before.get(name) ?? 0)] as const);
  return Object.fromEntries(grown.filter(([, by]) => by > 0));
}

function fieldOf(name: string, labels: Readonly<Record<string, string | number | undefined>>): string {
  return [name.replace(/^till_|_total$/g, ''), ...Object.values(labels)]
    .filter((part) => part !== undefined)
    .join('_')
    .replaceAll(/\W+/g, '_');
}
