import type { Page } from '../platform/http/index.js';

/** Returns a page as clients see it. */
export const pageOfViews = <T, V>({ data, nextCursor }: Page<T>, present: (row: T) => V) => ({
  data: data.map(present),
  nextCursor,
});
