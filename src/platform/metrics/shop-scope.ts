import { AsyncLocalStorage } from 'node:async_hooks';
import { DEFAULT_SHOP } from '../config/index.js';

const scope = new AsyncLocalStorage<string | undefined>();

/**
 * Runs work as part of a shop, with everything that it begins, such as timers: gauges that are registered in it are the shop's. Without a
 * slug, or with that of the default shop, it is part of the process's own shop, like everything outside of any call. Returns what the work returns.
 */
export function inShop<T>(shop: string | undefined, work: () => T): T {
  return scope.run(furtherShop(shop), work);
}

/** The slug of the further shop that runs now; `undefined` in the process's own. */
export function currentShop(): string | undefined {
  return scope.getStore();
}

/** The slug, unless it is that of the default shop. */
export function furtherShop(shop: string | undefined): string | undefined {
  return shop === DEFAULT_SHOP ? undefined : shop;
}
