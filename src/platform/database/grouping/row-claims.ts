/** The use case of a group that holds each row, so that no two change the same row. */
export type RowClaims = Map<string, object>;

/** A use case needs a row that another one of its group holds, so it runs again alone. */
export class RowClaimed extends Error {}

/**
 * Claims rows of one kind for a use case until the transaction of its group ends.
 * @throws RowClaimed if another use case of the group holds one of them
 */
export function claimRows(claims: RowClaims, useCase: object, kind: string, keys: Iterable<unknown>): void {
  for (const key of keys) {
    const row = `${kind} ${String(key)}`;
    const holder = claims.get(row);
    if (holder && holder !== useCase) throw new RowClaimed(row);
    claims.set(row, useCase);
  }
}
