import { type FindOperator, LessThan } from 'typeorm';

/**
 * The condition of a list's next page, newest first, for `where` of TypeORM: ids are UUIDv7, so their order is that of
 * creation. `after` is the id at the end of the page before, alone in its keyset; nothing for the first page.
 */
export function idBefore<Id extends string>(
  after: readonly (string | number)[] | undefined,
): { readonly id?: FindOperator<Id> } {
  return after ? { id: LessThan(after[0] as Id) } : {};
}
