import { getHeapStatistics } from 'node:v8';

/** What fits into memory: `api` and `worker`, since an application that takes requests is larger. */
export type HostKind = 'api' | 'worker';

const MIB = 1_048_576;
/** Heap of a process without further shops, with room for its largest requests, in MiB. */
const OWN_MIB = 160;
/** Heap of the application of a further shop, in MiB: docs/shops.md says what was measured. */
const SHOP_MIB = { api: 12, worker: 5 };
/** More than that is for SHOPS_IN_MEMORY to say: each has connections, too. */
const USUAL_PLACES = 50;

/** How many further shops fit into a heap that may grow to `limit` bytes. */
export function placesInHeap(kind: HostKind, limit = getHeapStatistics().heap_size_limit): number {
  return Math.max(1, Math.floor((limit / MIB - OWN_MIB) / SHOP_MIB[kind]));
}

/** How many further shops a process holds at once where no setting says it. */
export function usualPlaces(kind: HostKind, limit?: number): number {
  return Math.min(USUAL_PLACES, placesInHeap(kind, limit));
}

/** The flag of Node by which so many further shops fit into the heap. */
export function heapFlag(kind: HostKind, places: number): string {
  return `--max-old-space-size=${OWN_MIB + places * SHOP_MIB[kind]}`;
}
