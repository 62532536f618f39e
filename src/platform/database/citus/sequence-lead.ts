import { Client, escapeIdentifier } from 'pg';
import type { Address } from './node-of-shop.js';

interface Counter {
  readonly name: string;
  readonly last: string;
  readonly lead: number;
}

/** A node that does not answer for so long does not lead, in milliseconds. */
const TIMEOUT_MS = 5000;
/** By how much the new node counts ahead: more than is written between two looks, and until the last connection to the old node has ended. */
const LAST = `
  SELECT sequencename AS name, last_value::text AS last, CASE data_type WHEN 'smallint'::regtype THEN 10 ELSE 1000 END AS lead
  FROM pg_sequences WHERE schemaname = $1 AND last_value IS NOT NULL`;
/** Never back: the sequence may be ahead already. */
const RAISE = `
  SELECT setval(s.seqrelid, $2::bigint) FROM pg_sequence s, pg_sequences v
  WHERE s.seqrelid = to_regclass($1) AND v.schemaname = $3 AND v.sequencename = $4 AND coalesce(v.last_value, 0) < $2::bigint AND $2::bigint <= s.seqmax`;

/**
 * Keeps the sequences of a schema at its new node ahead of those at the old one, where connections may still count for a moment when the new one begins to:
 * no number is given twice, and some are left out.
 */
export class SequenceLead {
  private constructor(
    private readonly schema: string,
    private readonly from: Client,
    private readonly to: Client,
  ) {}

  /** `url` leads to the cluster as the owner of the schema. */
  static async open(url: string, schema: string, from: Address, to: Address): Promise<SequenceLead> {
    const clients = [await connect(url, from), await connect(url, to)] as const;
    return new SequenceLead(schema, ...clients);
  }

  async raise(): Promise<void> {
    const { rows } = await this.from.query<Counter>(LAST, [this.schema]);
    for (const { name, last, lead } of rows) {
      const sequence = `${this.schema}.${escapeIdentifier(name)}`;
      await this.to.query(RAISE, [sequence, String(BigInt(last) + BigInt(lead)), this.schema, name]);
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.from.end(), this.to.end()]);
  }
}

async function connect(url: string, { host, port }: Address): Promise<Client> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    query_timeout: TIMEOUT_MS,
    application_name: 'till move',
  });
  client.on('error', () => undefined); // the running statement fails too
  Object.assign(client, { host, port });
  await client.connect();
  return client;
}
