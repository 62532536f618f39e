import { Counter } from 'prom-client';

type Labels = Readonly<Record<string, readonly string[]>>;

/**
 * Makes a counter whose labels have only these values. All of its series begin at 0: `increase()` of a series that begins with its first
 * event does not see that event, and an alert on it would miss the first time.
 */
export function counter<L extends Labels>(name: string, help: string, labels: L): Counter<keyof L & string> {
  const made = new Counter({ name, help, labelNames: Object.keys(labels) as (keyof L & string)[] });
  for (const combination of combinationsOf(labels)) made.inc(combination, 0);
  return made;
}

/** Every combination of the values of labels. */
export function combinationsOf<L extends Labels>(labels: L): Record<keyof L & string, string>[] {
  let all: Record<string, string>[] = [{}];
  for (const [name, values] of Object.entries(labels))
    all = all.flatMap((one) => values.map((value) => ({ ...one, [name]: value })));
  return all as Record<keyof L & string, string>[];
}
