import { ok } from './problem.js';

interface Page<T> {
  readonly data: readonly T[];
  readonly nextCursor: string | null;
}

interface Result<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/**
 * Returns every element of a list, reading its pages as they are needed:
 * `for await (const order of pages((cursor) => till.GET('/v1/orders', { params: { query: { ...cursor } } })))`.
 * @throws TillProblem, UnexpectedResponse
 */
export async function* pages<T>(
  read: (cursor: { readonly cursor?: string }) => Promise<Result<Page<T>>>,
): AsyncGenerator<T, void, undefined> {
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page: Page<T> = await ok(read(cursor === undefined ? {} : { cursor }));
    yield* page.data;
    cursor = page.nextCursor;
  }
}
