export interface Retention {
  /** Backups older than this many days may go. */
  readonly days: number;
  /** This many of the newest stay, whatever their age. */
  readonly atLeast: number;
}

const DAY_MS = 86_400_000;

/** Returns the backups that may be removed at `now`, oldest first. */
export function expired<T extends { readonly finishedAt: string }>(
  backups: readonly T[],
  now: Date,
  { days, atLeast }: Retention,
): T[] {
  const byAge = backups.toSorted((one, other) => Date.parse(one.finishedAt) - Date.parse(other.finishedAt));
  return byAge
    .slice(0, Math.max(0, byAge.length - atLeast))
    .filter(({ finishedAt }) => now.getTime() - Date.parse(finishedAt) > days * DAY_MS);
}
