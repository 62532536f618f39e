/** The Unix time, in milliseconds, at which `performance.now()` was 0. */
let origin = Date.now() - performance.now();

/**
 * Returns Unix time in milliseconds, with fractions: the machine's at process start, the database's from the first call of
 * `followDatabase` on. In between it advances with the monotonic clock (`performance.now()`), so jumps of the machine's clock have
 * no effect.
 */
export function steadyNow(): number {
  return origin + performance.now();
}

/**
 * Corrects the time by that of the database, `databaseMs`, which was read between `askedAt` (by `performance.now()`) and this call.
 * A time within these bounds stays as it is, so that a slow answer moves nothing.
 */
export function followDatabase(databaseMs: number, askedAt: number): void {
  const [earliest, latest] = [databaseMs - performance.now(), databaseMs - askedAt];
  origin = Math.min(Math.max(origin, earliest), latest);
}
