/** Which use case of a group holds each row, so that no two change the same one. */
export type RowClaims = Map<string, object>;

/** A use case wants a row that another one of its group holds, so it runs again by itself. */
export class RowClaimed extends Error {}

/**
 * Takes rows of one kind for a use case, until the transaction of its group ends.
 * @throws RowClaimed when another use case of the group holds one of them
 */
export function claimRows(claims: RowClaims, useCase: object, kind: string, keys: Iterable<unknown>): void {
  for (const key of keys) {
    const row = `${kind} ${String(key)}`;
    const holder = claims.get(row);
    if (holder && holder !== useCase) throw new RowClaimed(row);
    claims.set(row, useCase);
  }
}
