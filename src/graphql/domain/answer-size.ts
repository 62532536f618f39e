import { QueryRefused } from '../graphql.errors.js';

/** The most characters of the texts and names of an answer: what one request may make a process write. */
export const MAX_ANSWER = 10_000_000;

/**
 * Refuses an answer that would be too long, before it is written: texts and free objects have no length that a query could tell.
 * @throws QueryRefused
 */
export function assertShort(data: unknown, most = MAX_ANSWER): void {
  let length = 0;
  const open = [data];
  while (open.length > 0) {
    const value = open.pop();
    length += typeof value === 'string' ? value.length : 4;
    if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) {
        length += name.length;
        open.push(inner);
      }
    if (length > most) throw new QueryRefused('query_too_large', `The answer would have more than ${most} characters.`);
  }
}
