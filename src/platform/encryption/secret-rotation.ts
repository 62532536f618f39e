import { Injectable } from '@nestjs/common';
import { Transaction } from '../database/index.js';
import { type EncryptedColumn, encryptedColumns } from './encrypted-columns.js';
import { Encryption, keyNameOf, Undecipherable } from './encryption.js';

const PAGE = 500;

/** The result of a rotation. */
export interface Rotated {
  /** The name of the newest key. */
  readonly key: string;
  readonly rotated: number;
  /** Why secrets could not be rotated; never the secrets. */
  readonly failures: readonly string[];
}

/** Encrypts all secrets of the database with the newest key, one row per transaction. */
@Injectable()
export class SecretRotation {
  constructor(
    private readonly tx: Transaction,
    private readonly encryption: Encryption,
  ) {}

  /** Safe to repeat and to interrupt. @throws Error if ENCRYPTION_KEYS is not set */
  async run(): Promise<Rotated> {
    const { newest } = this.encryption;
    if (newest === undefined) throw new Error('ENCRYPTION_KEYS is not set.');
    const failures: string[] = [];
    let rotated = 0;
    for (const column of await encryptedColumns((sql) => this.tx.query(sql)))
      for await (const id of this.outdated(column, newest)) {
        const failure = await this.rotate(column, id).then(() => undefined, failureOf);
        if (failure === undefined) rotated += 1;
        else failures.push(failure);
      }
    return { key: newest, rotated, failures };
  }

  /** The primary keys of rows whose secret another key encrypted. */
  private async *outdated({ table, column, key, keyType }: EncryptedColumn, newest: string): AsyncGenerator<string> {
    const sql = `SELECT ${key}::text AS id FROM ${table}
      WHERE split_part(${column}, ':', 1) <> $1 AND ($2::${keyType} IS NULL OR ${key} > $2) ORDER BY ${key} LIMIT ${PAGE}`;
    let after: string | null = null;
    do {
      const page: { id: string }[] = await this.tx.query<{ id: string }>(sql, [newest, after]);
      for (const { id } of page) yield id;
      after = page.length === PAGE ? page.at(-1)!.id : null;
    } while (after !== null);
  }

  /** Under the lock of the row, so that no change of the secret by others is lost. */
  private rotate({ table, column, key, keyType }: EncryptedColumn, id: string): Promise<void> {
    const where = `WHERE ${key} = $1::${keyType}`;
    return this.tx.run(async () => {
      const sql = `SELECT ${column} AS text FROM ${table} ${where} FOR UPDATE`;
      const [row] = await this.tx.query<{ text: string | null }>(sql, [id]);
      if (!row?.text || keyNameOf(row.text) === this.encryption.newest) return;
      const place = { table, column, id };
      const renewed = this.encryption.encrypt(this.encryption.decrypt(row.text, place), place);
      this.tx.write(`UPDATE ${table} SET ${column} = $2 ${where}`, [id, renewed]);
    });
  }
}

function failureOf(error: unknown): string {
  if (error instanceof Undecipherable) return error.message;
  throw error;
}
