import { Injectable } from '@nestjs/common';
import { Transaction } from '../database/index.js';
import { type ProvenTable, sealedColumns } from './proven-table.js';
import { TablesRepository } from './tables.repository.js';

/** The columns of a table's digests. */
interface Format {
  readonly id: number;
  readonly columns: readonly string[];
}

/** A row that differs from what was sealed. */
export interface BrokenSeal {
  readonly id: string;
  readonly why: 'altered' | 'deleted' | 'not sealed';
}

/** The digest of some sealed rows, by table and by the last byte of their ids. */
interface Part {
  readonly digest: Buffer;
}

const FORMATS = `SELECT id, columns FROM proof_formats WHERE kind = $1 ORDER BY id`;
const FORMAT = `SELECT id FROM proof_formats WHERE kind = $1 AND columns = $2`;
const ADD_FORMAT = `INSERT INTO proof_formats (kind, columns) VALUES ($1, $2) RETURNING id`;
const PARTS = `
  get_byte(uuid_send(id), 15) AS bucket,
  sha256(string_agg(int2send(kind) || int2send(format) || uuid_send(id) || digest, ''::bytea ORDER BY id)) AS digest`;
/** All seals, by checkpoint. */
const DIGESTS = `
  SELECT seq, sha256(string_agg(digest, ''::bytea ORDER BY kind, bucket)) AS digest
  FROM (SELECT seq, kind, ${PARTS} FROM proof_facts GROUP BY seq, kind, get_byte(uuid_send(id), 15)) parts
  GROUP BY seq ORDER BY seq`;

const NAMED_AT_MOST = 20;

/** Digests of rows over the columns that never change. */
@Injectable()
export class FactsRepository {
  constructor(
    private readonly tx: Transaction,
    private readonly tables: TablesRepository,
  ) {}

  /** Sealed rows that were altered or deleted: of all, or altered at these places. At most 20 of each format. */
  async broken(table: ProvenTable, places?: readonly string[]): Promise<BrokenSeal[]> {
    const columns = await this.tables.columns(table);
    const found: BrokenSeal[] = [];
    for (const format of await this.tx.query<Format & Record<string, unknown>>(FORMATS, [table.code])) {
      const isKnown = format.columns.every((column) => columns.includes(column));
      found.push(
        ...(await this.brokenOf(table, format, isKnown ? digestOf(table, format.columns) : `''::bytea`, places)),
      );
    }
    return found;
  }

  /** Rows without a seal that were there at the last checkpoint, `age` transactions ago. At most 20. */
  async unsealed(table: ProvenTable, age: number): Promise<BrokenSeal[]> {
    return this.tx.query<BrokenSeal & Record<string, unknown>>(
      `SELECT t.${table.id} AS id, 'not sealed' AS why FROM ${table.table} t
      LEFT JOIN proof_facts f ON f.kind = ${table.code} AND f.id = t.${table.id}
      WHERE f.id IS NULL AND age(t.xmin) > $1::int ${condition(table)} LIMIT ${NAMED_AT_MOST}`,
      [age],
    );
  }

  /** Returns how many of these rows have no seal. */
  async countUnsealed(table: ProvenTable, ids: readonly string[]): Promise<number> {
    const [row] = await this.tx.query<{ count: number }>(
      `SELECT count(*) AS count FROM unnest($1::uuid[]) AS t (id)
      WHERE NOT EXISTS (SELECT FROM proof_facts f WHERE f.kind = ${table.code} AND f.id = t.id)`,
      [ids],
    );
    return row!.count;
  }

  /** Seals rows that are not sealed yet: at these places, or all. Returns what the checkpoint says of them. */
  async seal(table: ProvenTable, seq: number, places?: readonly string[]): Promise<Buffer[]> {
    const columns = sealedColumns(table, await this.tables.columns(table));
    const format = await this.format(table, columns);
    // Materialized, since Citus takes no function of the rows of a table that changes with a setting.
    this.tx.write(
      `WITH facts AS MATERIALIZED (
        SELECT t.${table.id} AS id, ${digestOf(table, columns)} AS digest FROM ${table.table} t
        WHERE true ${condition(table)} ${places ? `AND t.ctid = ANY($3::tid[])` : ''}
      )
      INSERT INTO proof_facts (id, seq, kind, format, digest)
      SELECT id, $1::int, ${table.code}, $2::smallint, digest FROM facts ON CONFLICT (kind, id) DO NOTHING`,
      places ? [seq, format, places] : [seq, format],
    );
    const isAtPlaces = `AND f.id = ANY(ARRAY(SELECT t.${table.id} FROM ${table.table} t WHERE t.ctid = ANY($2::tid[])))`;
    const parts = await this.tx.query<Part & Record<string, unknown>>(
      `SELECT ${PARTS} FROM proof_facts f WHERE f.kind = ${table.code} AND f.seq = $1::int ${places ? isAtPlaces : ''}
      GROUP BY get_byte(uuid_send(id), 15) ORDER BY bucket`,
      places ? [seq, places] : [seq],
    );
    return parts.map(({ digest }) => digest);
  }

  /** Recomputes the digest of the sealed rows of each checkpoint. */
  digests(): Promise<{ seq: number; digest: Buffer }[]> {
    return this.tx.query<{ seq: number; digest: Buffer }>(DIGESTS);
  }

  /** Only the worker that proves adds one. An INSERT of one that is there would take a number all the same, and they are few. */
  private async format({ code }: ProvenTable, columns: readonly string[]): Promise<number> {
    const [known] = await this.tx.query<{ id: number }>(FORMAT, [code, columns]);
    const [format] = known ? [known] : await this.tx.query<{ id: number }>(ADD_FORMAT, [code, columns]);
    return format!.id;
  }

  private brokenOf(
    table: ProvenTable,
    { id }: Format,
    digest: string,
    places?: readonly string[],
  ): Promise<BrokenSeal[]> {
    return this.tx.query<BrokenSeal & Record<string, unknown>>(
      `SELECT f.id, CASE WHEN t.${table.id} IS NULL THEN 'deleted' ELSE 'altered' END AS why
      FROM proof_facts f LEFT JOIN ${table.table} t ON t.${table.id} = f.id
      WHERE f.kind = ${table.code} AND f.format = ${id} ${places ? 'AND t.ctid = ANY($1::tid[])' : ''}
        AND (t.${table.id} IS NULL OR f.digest <> ${digest}) LIMIT ${NAMED_AT_MOST}`,
      places ? [places] : [],
    );
  }
}

/** 128 bits of SHA-256 over the columns' text; the session says how times and bytes are written. */
function digestOf({ sealedWith }: ProvenTable, columns: readonly string[]): string {
  const values = [...columns.map((column) => `t."${column}"`), ...(sealedWith ? [sealedWith] : [])];
  return `substr(sha256(convert_to(ROW(${values.join(', ')})::text, 'UTF8')), 1, 16)`;
}

function condition({ sealed }: ProvenTable): string {
  return typeof sealed === 'string' ? `AND ${sealed}` : '';
}
