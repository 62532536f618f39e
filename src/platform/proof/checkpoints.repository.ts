import { Injectable } from '@nestjs/common';
import { shopLock, Transaction } from '../database/index.js';
import type { Kept } from './proof-scope.js';

/** The content of a checkpoint. Its hash covers all of it and the checkpoint before. */
export interface CheckpointContent {
  /** By table: its rows, and those that were written before the oldest transaction that was open. */
  readonly tables: Readonly<Record<string, { readonly rows: number; readonly settled: number }>>;
  /** By check: what its next incremental run starts from. */
  readonly kept: Readonly<Record<string, Kept>>;
  /** SHA-256, in hex, over the rows that it sealed. */
  readonly facts: string;
}

export interface Checkpoint extends CheckpointContent {
  readonly seq: number;
  readonly at: Date;
  /** In hex. */
  readonly hash: string;
  /** The number of transactions since its oldest open one. */
  readonly age: number;
  /** Whether this database wrote it. In one that was restored from a dump, transaction ids say nothing about it. */
  readonly isOwn: boolean;
}

/** Times and bytes in rows are sealed as these say. */
const TEXT_FORMS = `SELECT set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO, YMD', true),
  set_config('IntervalStyle', 'postgres', true), set_config('bytea_output', 'hex', true)`;

const LOCK = `SELECT pg_try_advisory_xact_lock(${shopLock('$1::bigint')}) AS locked`;
const NOW = `SELECT age(pg_snapshot_xmin(pg_current_snapshot())::xid) AS age`;
const HASH = (previous: string) =>
  `sha256(${previous} || convert_to(jsonb_build_array(seq, (extract(epoch FROM at) * 1000000)::bigint, base::text, xid::text,
    content)::text, 'UTF8'))`;
const LAST = `
  SELECT seq, at, encode(hash, 'hex') AS hash, content, age(base::xid) AS age,
    xmin = xid::xid AND base <= pg_snapshot_xmin(pg_current_snapshot())
      AND pg_snapshot_xmin(pg_current_snapshot())::text::numeric - base::text::numeric < 1000000000 AS "isOwn"
  FROM proof_checkpoints ORDER BY seq DESC LIMIT 1`;
const ADD = `
  WITH added AS MATERIALIZED (
    SELECT $1::int AS seq, date_trunc('milliseconds', now()) AS at, pg_snapshot_xmin(pg_current_snapshot()) AS base,
      pg_current_xact_id() AS xid, $2::text AS content,
      coalesce((SELECT hash FROM proof_checkpoints WHERE seq = $1::int - 1), ''::bytea) AS previous
  )
  INSERT INTO proof_checkpoints (seq, at, base, xid, content, hash)
  SELECT seq, at, base, xid, content, ${HASH('previous')} FROM added`;
const BROKEN = `
  SELECT seq FROM (
    SELECT *, lag(seq, 1, 0) OVER (ORDER BY seq) AS before, lag(hash, 1, ''::bytea) OVER (ORDER BY seq) AS previous
    FROM proof_checkpoints) c
  WHERE seq <> before + 1 OR hash <> ${HASH('previous')} ORDER BY seq LIMIT 20`;
const FACTS = `SELECT seq, content::jsonb->>'facts' AS facts FROM proof_checkpoints ORDER BY seq`;

/** The chain of checkpoints. */
@Injectable()
export class CheckpointsRepository {
  constructor(private readonly tx: Transaction) {}

  /** Makes the running transaction format times and bytes as in the seals. */
  async prepare(): Promise<void> {
    await this.tx.query(TEXT_FORMS);
  }

  /** Tries to take this lock until the running transaction ends. Returns whether it has it. */
  async lock(number: number): Promise<boolean> {
    return (await this.tx.query<{ locked: boolean }>(LOCK, [number]))[0]!.locked;
  }

  /** Returns the number of transactions since the snapshot's oldest open one. */
  async age(): Promise<number> {
    return (await this.tx.query<{ age: number }>(NOW))[0]!.age;
  }

  async last(): Promise<Checkpoint | undefined> {
    const [row] = await this.tx.query<Omit<Checkpoint, keyof CheckpointContent> & { content: string }>(LAST);
    if (!row) return undefined;
    const { content, ...checkpoint } = row;
    return { ...checkpoint, ...(JSON.parse(content) as CheckpointContent) };
  }

  add(seq: number, content: CheckpointContent): void {
    this.tx.write(ADD, [seq, JSON.stringify(content)]);
  }

  /** Returns checkpoints that do not follow from the one before. At most 20. */
  async broken(): Promise<number[]> {
    return (await this.tx.query<{ seq: number }>(BROKEN)).map(({ seq }) => seq);
  }

  /** Returns the digest of the sealed rows in each checkpoint. */
  facts(): Promise<{ seq: number; facts: string }[]> {
    return this.tx.query<{ seq: number; facts: string }>(FACTS);
  }
}
