/** What Prometheus reads of a process (text format 0.0.4). */
export interface Scrape {
  readonly text: string;
  /** The type of each metric by its name: `counter`, `gauge`, `histogram` or `summary`. */
  readonly types: ReadonlyMap<string, string>;
  readonly helps: ReadonlyMap<string, string>;
  /** Every series, as it is written: `name{label="value"}`, with its value. */
  readonly series: ReadonlyMap<string, number>;
}

/** Reads `/metrics` at this address. */
export async function scrape(url: string): Promise<Scrape> {
  return parsed(await (await fetch(`${url}/metrics`)).text());
}

/** Parses the text format. */
export function parsed(text: string): Scrape {
  const lines = text.split('\n');
  const described = (kind: string) =>
    new Map(
      lines.flatMap((line) =>
        [...line.matchAll(new RegExp(`^# ${kind} (\\S+) (.*)$`, 'g'))].map(([, name, what]) => [name!, what!]),
      ),
    );
  const series = lines.flatMap((line) => {
    const [, name, value] = /^([a-z_:][^ {]*(?:\{.*\})?) (\S+)$/i.exec(line) ?? [];
    return name === undefined ? [] : [[name, Number(value)] as const];
  });
  return { text, types: described('TYPE'), helps: described('HELP'), series: new Map(series) };
}

/** What `promtool check metrics` would say: rules of Prometheus for the names of metrics ("Metric and label naming"). */
export function misnamed({ types, helps }: Scrape): string[] {
  return [...types].flatMap(([name, type]) => [
    ...(helps.get(name) ? [] : [`${name} has no help`]),
    ...(type === 'counter' && !name.endsWith('_total') ? [`${name} is a counter and does not end in _total`] : []),
    ...(type !== 'counter' && name.endsWith('_total') ? [`${name} ends in _total and is no counter`] : []),
    ...(/_(bucket|count|sum)$/.test(name) ? [`${name} ends as a series of a histogram`] : []),
    ...(/[A-Z:]/.test(name) ? [`${name} has capital letters or a colon`] : []),
    ...(/(^|_)(counter|gauge|histogram|summary)(_|$)/.test(name) ? [`${name} names its type`] : []),
    ...(/_(milliseconds|ms|minutes|hours|days|kilobytes|kib|megabytes|mib|percent)(_|$)/.test(name)
      ? [`${name} has no base unit`]
      : []),
  ]);
}
