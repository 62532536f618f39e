import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { ApiPropertyOptional } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ValidationFailed } from '../../shared/errors.js';
import { IfPresent } from './if-present.js';
import { IsText } from './is-text.js';

/** Query of every list. */
export class PageQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: 100, default: 20 })
  @IfPresent()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  readonly limit: number = 20;

  @ApiPropertyOptional({ description: 'nextCursor of the page before' })
  @IfPresent()
  @IsText({ max: 500 })
  readonly cursor?: string;
}

/** One page of a list; `nextCursor` is null on the last one. */
export interface Page<T> {
  readonly data: readonly T[];
  readonly nextCursor: string | null;
}

/** The values of the sort columns of a page's last row, as they go into `WHERE (a, b) < (...)`. */
export type Keyset = readonly (string | number)[];

/** The kinds of values of a keyset: an id, a number, a time (ISO 8601) or any text. */
export type KeysetPart = 'id' | 'number' | 'time' | 'text';

const isPart: Readonly<Record<KeysetPart, (value: unknown) => boolean>> = {
  id: (value) => typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value),
  number: (value) => Number.isSafeInteger(value),
  time: (value) => typeof value === 'string' && TIME.test(value) && isDate(value),
  text: (value) => typeof value === 'string' && !value.includes('\0') && value.isWellFormed(),
};

/** A time as PostgreSQL writes it, in microseconds; it reads no time longer than 128 characters. */
const TIME = /^[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/;

/** Whether a text is a real time: February 30th has the form of a time, but does not exist. */
function isDate(text: string): boolean {
  const date = new Date(text);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 19) === text.slice(0, 19);
}

/** Reads the keyset in a cursor. @throws ValidationFailed if the cursor does not belong to this list */
export function readCursor(cursor: string | undefined, parts: readonly KeysetPart[]): Keyset | undefined {
  if (cursor === undefined) return undefined;
  const values = parseCursor(cursor);
  const fits = values?.length === parts.length && parts.every((part, index) => isPart[part](values[index]));
  if (fits) return values as Keyset;
  throw new ValidationFailed([
    { pointer: '/cursor', code: 'cursor', message: 'is no cursor of this list; use nextCursor of the page before' },
  ]);
}

function parseCursor(cursor: string): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Makes a page of `rows`. The query fetched one row more than `limit`, which shows whether there is a next page.
 * `keysetOf` names a row's position in the sort order; `isMore` says it where
 * a page may end before the limit.
 */
export function pageOf<T>(
  rows: readonly T[],
  limit: number,
  keysetOf: (row: T) => Keyset,
  isMore = rows.length > limit,
): Page<T> {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  const more = isMore && last !== undefined;
  return { data, nextCursor: more ? Buffer.from(JSON.stringify(keysetOf(last))).toString('base64url') : null };
}

/** The page as it goes out: rows presented, and the `Link` header (RFC 8288) set where there is a next page. */
export function presentPage<T, V>(
  page: Page<T>,
  present: (row: T) => V,
  request: FastifyRequest,
  reply: FastifyReply,
): Page<V> {
  const link = linkToNext(page, request.url);
  if (link !== undefined) void reply.header('Link', link);
  return { ...page, data: page.data.map(present) };
}

/** Returns the `Link` header of a page that was asked for by this URL; undefined for the last one. */
export function linkToNext({ nextCursor }: Page<unknown>, url: string): string | undefined {
  if (nextCursor === null) return undefined;
  const next = new URL(url, 'http://till');
  next.searchParams.set('cursor', nextCursor);
  return `<${next.pathname}${next.search}>; rel="next"`;
}
