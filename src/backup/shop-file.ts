import type { Readable } from 'node:stream';
import { z } from 'zod';
import { isSlug } from '../platform/config/index.js';
import { CommandRefused } from '../platform/process/index.js';
import { manifestSchema } from './manifest.js';

/** Longer than any header is, in bytes. */
const MAX_HEADER = 4 * 1024 * 1024;

/**
 * What a file of a shop begins with, encrypted like the rest: one line of JSON. PostgreSQL's custom format follows, so that
 * `age -d ... | tail -n +2 | pg_restore` reads it without Till.
 */
export const shopHeaderSchema = manifestSchema
  .pick({ format: true, till: true, postgres: true, startedAt: true, migration: true, ledger: true, rows: true })
  .extend({
    kind: z.literal('shop'),
    /** Of this export: by it, an interrupted import finds what it left. */
    id: z.uuid(),
    slug: z.string().refine(isSlug),
    schema: z.string().regex(/^shop_[a-z0-9_]{1,40}$/),
    /** The row of the directory, by columns. */
    shop: z.record(z.string(), z.unknown()),
    /** The names of all migrations that ran. */
    migrations: z.array(z.string()),
    /** The schema of the extension that functions of the shop name. */
    unaccent: z.string().nullable(),
    /** One encrypted secret of each key, by which an import sees that it has the keys. */
    secrets: z.array(
      z.object({ place: z.object({ table: z.string(), column: z.string(), id: z.string() }), text: z.string() }),
    ),
  });
export type ShopHeader = z.output<typeof shopHeaderSchema>;

/** A decrypted file of a shop: its header, and the dump after it, to be read once. */
export interface OpenShopFile {
  readonly header: ShopHeader;
  readonly dump: AsyncGenerator<Uint8Array>;
}

/** Reads the header of a decrypted file. @throws CommandRefused for a file of something else; and what `plain` throws */
export async function readShopFile(file: string, plain: Readable): Promise<OpenShopFile> {
  const chunks = plain[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let read = Buffer.alloc(0);
  while (!read.includes(10) && read.length <= MAX_HEADER) {
    const { done, value } = await chunks.next();
    if (done) break;
    read = Buffer.concat([read, value]);
  }
  const end = read.indexOf(10);
  const header = shopHeaderSchema.safeParse(jsonOf(read.subarray(0, Math.max(end, 0)).toString('utf8')));
  if (!header.success) throw new CommandRefused(`${file} is no export of a shop that this version can read.`);
  const rest = read.subarray(end + 1);
  async function* dump() {
    yield rest;
    yield* { [Symbol.asyncIterator]: () => chunks };
  }
  return { header: header.data, dump: dump() };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
