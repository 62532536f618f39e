import type { Kit } from './kit.js';
import { NotApplicable } from './not-applicable.js';

/** One thing that a provider promises. `run` throws `NotApplicable`, or anything else when the promise is not kept. */
export interface Check {
  readonly area: string;
  readonly name: string;
  readonly run: (kit: Kit) => Promise<void>;
}

export interface Result {
  readonly area: string;
  readonly name: string;
  readonly state: 'ok' | 'failed' | 'not applicable';
  /** Why it failed, or does not apply. */
  readonly detail: string;
  readonly ms: number;
}

/** Runs one check to its result. */
export async function resultOf({ area, name, run }: Check, kit: Kit): Promise<Result> {
  const began = performance.now();
  const result = (state: Result['state'], detail = ''): Result => ({
    area,
    name,
    state,
    detail,
    ms: performance.now() - began,
  });
  try {
    await run(kit);
    return result('ok');
  } catch (error) {
    if (error instanceof NotApplicable) return result('not applicable', error.why);
    return result('failed', error instanceof Error ? error.message : String(error));
  }
}
