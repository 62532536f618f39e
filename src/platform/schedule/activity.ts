import { currentShop } from '../metrics/index.js';

/** For how long a further shop counts as busy after a change, in milliseconds: longer than a request takes, and than hosting processes wait until they say again that it changes. */
const BUSY_MS = 30_000;
/** How often to look for work in a quiet shop, in milliseconds, on average: what becomes due by the time alone may wait so long. */
const QUIET_EVERY_MS = 5000;

/** When each further shop last changed, by `performance.now()`. */
const changedAt = new Map<string, number>();
/** What each further shop wakes when it changes. */
const sleepers = new Map<string, Set<() => void>>();
let hears: () => boolean = () => false;

/**
 * From now on, further shops without a change are quiet while `isHearing` says that this process hears of changes. Before, and in a process that
 * calls this never, no shop is.
 */
export function hearOfChanges(isHearing: () => boolean): void {
  hears = isHearing;
}

/** Whether nothing has happened in a further shop for a while, so that it is enough to look for work every few seconds. The default shop is never quiet. */
export function isQuiet(shop = currentShop()): boolean {
  return shop !== undefined && hears() && performance.now() - (changedAt.get(shop) ?? -Infinity) >= BUSY_MS;
}

/** Returns how long to wait until the next look for work in a quiet shop, in milliseconds. It varies, so that the looks of a shop need few connections at once. */
export function quietPause(): number {
  return QUIET_EVERY_MS * (0.8 + 0.4 * Math.random());
}

/** How many shops of this process are busy, with the default one. */
export function busyShops(): number {
  return 1 + [...changedAt.keys()].filter((shop) => !isQuiet(shop)).length;
}

/** Notes that something changes in a shop now. Wakes what sleeps in it if it was quiet. */
export function noteChange(shop = currentShop()): void {
  if (shop === undefined) return;
  const wasQuiet = isQuiet(shop);
  changedAt.set(shop, performance.now());
  if (wasQuiet) for (const wake of sleepers.get(shop) ?? []) wake();
}

/** Calls `wake` when the shop that runs now was quiet and changes, until the returned function is called. `wake` must not throw. */
export function onChange(wake: () => void, shop = currentShop()): () => void {
  if (shop === undefined) return () => undefined;
  const own = sleepers.get(shop) ?? new Set();
  sleepers.set(shop, own.add(wake));
  return () => {
    own.delete(wake);
    if (own.size === 0) sleepers.delete(shop);
  };
}

/** The shop has ended here. */
export function forgetChanges(shop: string): void {
  changedAt.delete(shop);
}
