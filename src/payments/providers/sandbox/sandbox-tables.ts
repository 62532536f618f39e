import { Injectable } from '@nestjs/common';
import { Config } from '../../../platform/config/index.js';

/**
 * The statement of a migration, in the schema of a further shop. The sandbox's own schema belongs to the default shop, so what stands in it
 * there stands here among the shop's tables: `sandbox.operations` is `sandbox_operations`.
 */
export function sandboxInShop(sql: string): string {
  return sql
    .replace('CREATE SCHEMA sandbox;', '')
    .replace('DROP SCHEMA sandbox CASCADE;', 'DROP TABLE sandbox_operations;')
    .replaceAll('CONSTRAINT webhooks_movement_check', 'CONSTRAINT sandbox_webhooks_movement_check')
    .replaceAll(/\bsandbox\.(operations|webhooks)\b/g, 'sandbox_$1');
}

/** Where the sandbox's tables are in the shop of this process. */
@Injectable()
export class SandboxTables {
  /** Returns a statement on `sandbox.operations` and `sandbox.webhooks` with the names that they have here. */
  readonly at: (sql: string) => string;

  constructor({ shop }: Config) {
    const known = new Map<string, string>();
    this.at = shop === undefined ? (sql) => sql : (sql) => known.get(sql) ?? remembered(known, sql);
  }
}

function remembered(known: Map<string, string>, sql: string): string {
  const here = sandboxInShop(sql);
  known.set(sql, here);
  return here;
}
