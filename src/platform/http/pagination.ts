import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { ApiPropertyOptional } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ValidationFailed } from '../../shared/errors.js';

/** Query of every list. */
export class PageQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: 100, default: 20 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  readonly limit: number = 20;

  @ApiPropertyOptional({ description: 'nextCursor of the page before' })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  readonly cursor?: string;
}

/** One page of a list; `nextCursor` is null on the last one. */
export interface Page<T> {
  readonly data: readonly T[];
  readonly nextCursor: string | null;
}

/** The values of the sort columns of a page's last row, as they go into `WHERE (a, b) < (...)`. */
export type Keyset = readonly (string | number)[];

/** The keyset inside a cursor. @throws ValidationFailed when it is none of ours or has another length */
export function readCursor(cursor: string | undefined, length: number): Keyset | undefined {
  if (cursor === undefined) return undefined;
  const keyset = parseCursor(cursor);
  if (keyset?.length === length) return keyset;
  throw new ValidationFailed([
    { pointer: '/cursor', code: 'cursor', message: 'is no cursor of this list; use nextCursor of the page before' },
  ]);
}

function parseCursor(cursor: string): Keyset | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const usable =
      Array.isArray(value) &&
      value.every((part) => typeof part === 'number' || (typeof part === 'string' && !part.includes('\0')));
    return usable ? (value as Keyset) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Makes a page of `rows`, of which the query fetched one more than `limit` to see whether there is a next page.
 * `keysetOf` names a row's position in the sort order.
 */
export function pageOf<T>(rows: readonly T[], limit: number, keysetOf: (row: T) => Keyset): Page<T> {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { data, nextCursor: more ? Buffer.from(JSON.stringify(keysetOf(last))).toString('base64url') : null };
}

/** The page as it goes out: rows presented, and the `Link` header (RFC 8288) set where there is a next page. */
export function presentPage<T, V>(
  page: Page<T>,
  present: (row: T) => V,
  request: FastifyRequest,
  reply: FastifyReply,
): Page<V> {
  if (page.nextCursor) {
    const next = new URL(request.url, 'http://till');
    next.searchParams.set('cursor', page.nextCursor);
    void reply.header('Link', `<${next.pathname}${next.search}>; rel="next"`);
  }
  return { data: page.data.map(present), nextCursor: page.nextCursor };
}
