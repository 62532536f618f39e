import { median } from '../measure/latency.js';

/** The same thing done on either database. `prepare` makes what `run` needs, and is not measured. */
export interface Operation<S> {
  readonly name: string;
  readonly prepare?: (side: S) => Promise<string>;
  readonly run: (side: S, prepared: string) => Promise<unknown>;
}

export interface Cost {
  readonly name: string;
  /** Medians. */
  readonly emptyMs: number;
  readonly fullMs: number;
  readonly ratio: number;
}

/**
 * Does every operation on both sides, one after the other and who is first by turns, over and over: whatever else the
 * machine does meanwhile meets both. Answers the medians of all but the first tenth.
 */
export async function compare<S>(
  operations: readonly Operation<S>[],
  { empty, full }: { readonly empty: S; readonly full: S },
  rounds: number,
): Promise<Cost[]> {
  const times = operations.map(() => ({ empty: [] as number[], full: [] as number[] }));
  for (let round = 0; round < rounds * 1.1; round += 1) {
    const warm = round >= rounds * 0.1;
    for (const [index, operation] of operations.entries()) {
      for (const name of round % 2 === 0 ? (['empty', 'full'] as const) : (['full', 'empty'] as const)) {
        const ms = await timed(operation, name === 'empty' ? empty : full);
        if (warm) times[index]![name].push(ms);
      }
    }
  }
  return operations.map(({ name }, index) => costOf(name, times[index]!));
}

function costOf(name: string, times: { readonly empty: readonly number[]; readonly full: readonly number[] }): Cost {
  const [emptyMs, fullMs] = [median(times.empty), median(times.full)];
  return { name, emptyMs, fullMs, ratio: fullMs / emptyMs };
}

async function timed<S>({ prepare, run }: Operation<S>, side: S): Promise<number> {
  const prepared = (await prepare?.(side)) ?? '';
  const began = performance.now();
  await run(side, prepared);
  return performance.now() - began;
}
