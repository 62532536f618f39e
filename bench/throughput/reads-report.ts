import { round } from '../terminal/table.js';
import type { measureReads } from './reads.js';

type Figures = Awaited<ReturnType<typeof measureReads>>;

/** Reads per second, and their ratios to a bare route that sends as much. */
export function summariseReads(figures: Figures) {
  const of = Object.entries(figures).map(([name, { till, bare }]) => [
    name,
    {
      perSecond: round(till.perSecond),
      bareRoutePerSecond: round(bare.perSecond),
      ratioToBareRoute: round(till.perSecond / bare.perSecond, 3),
    },
  ]);
  return Object.fromEntries(of) as Record<
    keyof Figures,
    Record<'perSecond' | 'bareRoutePerSecond' | 'ratioToBareRoute', number>
  >;
}

const names: Readonly<Record<keyof Figures, string>> = {
  'product-pages': 'product pages',
  'signed-in-product-pages': 'product pages, signed in',
  'product-lists': 'lists of 20 products',
};

export function rowsOfReads(summary: ReturnType<typeof summariseReads>): (readonly [string, string | number])[] {
  return Object.entries(summary).flatMap(([read, { perSecond, bareRoutePerSecond, ratioToBareRoute }]) => [
    [`${names[read as keyof Figures]} per second`, perSecond] as const,
    ['  a bare route of the same server that sends as much', bareRoutePerSecond] as const,
    ['  ratio to the bare route', ratioToBareRoute] as const,
  ]);
}

/** Returns the results of all loads. */
export const loadsOfReads = (figures: Figures) =>
  Object.values(figures).flatMap(({ till, bare }) => [...till.rounds, ...bare.rounds]);
