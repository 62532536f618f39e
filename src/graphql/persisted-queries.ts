import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Config } from '../platform/config/index.js';
import { QueryRefused } from './graphql.errors.js';
import { graphqlSettings } from './graphql.settings.js';

/** Characters of the texts that are kept. */
const CAPACITY = 2_000_000;

/** What a client sends: the text, its hash (SHA-256 in hexadecimal digits), or both. */
export interface SentQuery {
  readonly query?: string | undefined;
  readonly hash?: string | undefined;
}

/**
 * Queries by their hash: those that clients sent with their text before (the protocol of automatic persisted queries), or, with
 * GRAPHQL_QUERIES, those of a file alone.
 */
@Injectable()
export class PersistedQueries {
  private readonly sent = new LRUCache<string, string>({
    maxSize: CAPACITY,
    sizeCalculation: (text) => text.length + 1,
  });
  private readonly listed: ReadonlyMap<string, string> | undefined;

  constructor(config: Config) {
    const { queriesFile } = config.of(graphqlSettings);
    this.listed = queriesFile === undefined ? undefined : readList(queriesFile);
  }

  /** Returns the text of a query. @throws QueryRefused for a hash without a text, a wrong one, or a query that is not listed */
  textOf({ query, hash = query === undefined ? undefined : hashOf(query) }: SentQuery): string {
    if (hash === undefined) throw new QueryRefused('query_invalid', 'Send `query`, or its hash.');
    if (query !== undefined && hashOf(query) !== hash)
      throw new QueryRefused('query_invalid', 'The hash is not the one of the query.');
    return this.listed ? this.listedText(hash) : this.sentText(query, hash);
  }

  private listedText(hash: string): string {
    const text = this.listed!.get(hash);
    if (text === undefined) throw new QueryRefused('query_not_listed', 'Only listed queries are served here.');
    return text;
  }

  private sentText(query: string | undefined, hash: string): string {
    const text = query ?? this.sent.get(hash);
    if (text === undefined) throw new QueryRefused('persisted_query_not_found', 'PersistedQueryNotFound');
    return text;
  }

  /** Keeps the text of a query that was valid. */
  keep(text: string): void {
    if (!this.listed) this.sent.set(hashOf(text), text);
  }
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** @throws Error for a file that is no JSON array of queries */
function readList(file: string): ReadonlyMap<string, string> {
  const queries = JSON.parse(readFileSync(file, 'utf8')) as unknown;
  if (!Array.isArray(queries) || !queries.every((query) => typeof query === 'string'))
    throw new Error(`GRAPHQL_QUERIES: ${file} must be a JSON array of queries.`);
  return new Map(queries.map((query) => [hashOf(query), query]));
}
