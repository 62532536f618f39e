import { Injectable } from '@nestjs/common';
import { columnsOf, insertMany, Transaction } from '../platform/database/index.js';
import type { ExportId, UserId } from '../shared/ids.js';
import { ExportChunkEntity, ExportEntity } from './export.entity.js';

/** A new export. */
export type NewExport = Pick<
  ExportEntity,
  'id' | 'ownerId' | 'apiKeyId' | 'byKey' | 'kind' | 'format' | 'parameters' | 'linkSecret'
>;
/** How far an export came. */
export type Progress = Pick<ExportEntity, 'status' | 'place' | 'rowCount' | 'byteCount' | 'chunkCount'>;

type Row<T> = T & Record<string, unknown>;

const INSERT = insertMany(ExportEntity, [
  'id',
  'ownerId',
  'apiKeyId',
  'byKey',
  'kind',
  'format',
  'parameters',
  'linkSecret',
]);
const ADD = insertMany(ExportChunkEntity, ['exportId', 'position', 'data']);
const FIND = `SELECT ${columnsOf(ExportEntity, 'x')} FROM exports x WHERE x.id = $1`;
const FINISHED = `CASE WHEN $2 IN ('ready', 'failed') THEN n.at END`;
const SAVE = `
  UPDATE exports SET status = $2, place = $3, row_count = $4, byte_count = $5, chunk_count = $6, finished_at = ${FINISHED}
  FROM (SELECT now() AS at) n WHERE id = $1`;
const FAIL = `UPDATE exports SET status = 'failed', reason = $2, finished_at = now() WHERE id = $1 AND finished_at IS NULL`;
const CLEAR = 'DELETE FROM export_chunks WHERE export_id = $1';
/** One at a time for each owner. */
const LOCK_OWNER = `SELECT pg_advisory_xact_lock(hashtextextended('till.exports:' || $1, 0))`;
const HELD = `
  SELECT (count(*) FILTER (WHERE finished_at IS NULL AND owner_id = $1))::int AS unfinished,
    coalesce(sum(byte_count) FILTER (WHERE status <> 'failed' AND owner_id = $1), 0)::float8 AS bytes,
    coalesce(sum(byte_count) FILTER (WHERE status <> 'failed'), 0)::float8 AS "bytesOfAll"
  FROM exports`;
const CHUNK = 'SELECT data FROM export_chunks WHERE export_id = $1 AND position = $2';
/** $1: an id of the oldest time that stays. One at a time: a file has many pieces. */
const DELETE_OLD =
  'DELETE FROM exports WHERE id = (SELECT id FROM exports WHERE id < $1 ORDER BY id LIMIT 1) RETURNING 1';
const KEY_HOLDS =
  'SELECT FROM api_keys WHERE id = $1 AND revoked_at IS NULL AND expires_at > now() AND scopes @> $2::text[]';

/** What the owner has, and what all have. */
interface Held {
  readonly unfinished: number;
  readonly bytes: number;
  readonly bytesOfAll: number;
}

@Injectable()
export class ExportsRepository {
  constructor(private readonly tx: Transaction) {}

  /** Writes a new export, in the running transaction. */
  insert(given: NewExport): void {
    this.tx.writeBatch(INSERT, [given]);
  }

  async find(id: ExportId): Promise<ExportEntity | undefined> {
    return (await this.tx.query<Row<ExportEntity>>(FIND, [id]))[0];
  }

  /** Returns the export for this transaction alone. */
  async lock(id: ExportId): Promise<ExportEntity | undefined> {
    return (await this.tx.query<Row<ExportEntity>>(`${FIND} FOR UPDATE`, [id]))[0];
  }

  /** Returns how many exports of the owner are not finished, their bytes, and those of everybody's; the owner's other requests wait until the transaction ends. */
  async held(ownerId: UserId): Promise<Held> {
    await this.tx.query(LOCK_OWNER, [ownerId]);
    return (await this.tx.query<Held & Record<string, unknown>>(HELD, [ownerId]))[0]!;
  }

  /** Adds a piece, and says how far the export is now. */
  add(id: ExportId, data: Buffer, { status, place, rowCount, byteCount, chunkCount }: Progress): void {
    if (data.length > 0) this.tx.writeBatch(ADD, [{ exportId: id, position: chunkCount, data }]);
    this.tx.write(SAVE, [id, status, place, rowCount, byteCount, chunkCount]);
  }

  /** Ends the export without a file. */
  async fail(id: ExportId, reason: string): Promise<void> {
    await this.tx.run(async () => {
      this.tx.write(CLEAR, [id]);
      this.tx.write(FAIL, [id, reason]);
    });
  }

  /** Returns a piece; `undefined` if it is not there any more. */
  async chunk(id: ExportId, position: number): Promise<Buffer | undefined> {
    return (await this.tx.query<{ data: Buffer }>(CHUNK, [id, position]))[0]?.data;
  }

  /** Deletes the oldest export before this id with its file. Returns whether there was one. */
  async deleteOlder(id: string): Promise<boolean> {
    return (await this.tx.run(() => this.tx.query(DELETE_OLD, [id]))).length > 0;
  }

  /** Whether the key works and has all these scopes. */
  async keyHolds(keyId: string, scopes: readonly string[]): Promise<boolean> {
    return (await this.tx.query(KEY_HOLDS, [keyId, scopes])).length > 0;
  }
}
