import type { Difference } from '../domain/settlement-comparison.js';
import type { KnownDifference } from './differences.repository.js';

/** The key of a difference, the same in every run of its day. */
export interface Named {
  readonly reason: string;
  readonly key: string;
}
export const nameOf = ({ reason, key }: Named): string => `${reason} ${key}`;

/**
 * Compares the findings of a run with those of earlier runs of the day. `changed` have other amounts; `reopened` are those of them
 * that somebody explained or resolved; `back` are those that Till had resolved because they were gone.
 */
export function sortDifferences(found: readonly Difference[], known: ReadonlyMap<string, KnownDifference>) {
  const present = new Set(found.map(nameOf));
  const knownTo = (one: Difference) => known.get(nameOf(one));
  const changed = found.filter((one) => hasChanged(one, knownTo(one)));
  return {
    added: found.filter((one) => !knownTo(one)),
    changed,
    back: found.filter((one) => isGone(knownTo(one))),
    reopened: changed.filter((one) => knownTo(one)?.state !== 'open' && !isGone(knownTo(one))),
    gone: [...known.values()].filter((one) => one.state !== 'resolved' && !present.has(nameOf(one))),
  };
}

const isGone = (known: KnownDifference | undefined): boolean => known?.state === 'resolved' && known.actorId === null;

function hasChanged({ line, entry }: Difference, known: KnownDifference | undefined): boolean {
  if (!known) return false;
  return (
    (line?.amount ?? null) !== known.providerAmount ||
    (line?.currency ?? null) !== known.providerCurrency ||
    (entry ? Math.abs(entry.amount) : null) !== known.ledgerAmount ||
    (entry?.currency ?? null) !== known.ledgerCurrency
  );
}
