import { encodeId, type Id, thingPrefixes, type IdPrefix } from '../../shared/ids.js';
import type { Transaction } from '../database/index.js';
import type { Finding } from './proof-checks.js';
import type { ProofScope } from './proof-scope.js';

/** The maximum number of rows that a check names. */
export const NAMED_AT_MOST = 20;

/**
 * Runs a statement that selects the rows that break a rule. Columns named after a thing (`line`, `account`, ...) are ids and shown as
 * public ids; other columns are figures.
 */
export async function findBroken(tx: Transaction, sql: string, parameters: readonly unknown[] = []): Promise<Finding> {
  const rows = await tx.query(`${sql} LIMIT ${NAMED_AT_MOST}`, parameters);
  return { holds: rows.length === 0, detail: { differing: rows.map(named) } };
}

/** Like `findBroken`, with a statement for the scope. */
export function findBrokenIn(tx: Transaction, scope: ProofScope, sql: (scope: ProofScope) => string): Promise<Finding> {
  return findBroken(tx, sql(scope), scope.parameters);
}

/** Joins several findings of one rule. */
export function together(findings: readonly Finding[]): Finding {
  const differing = findings.flatMap(({ detail }) => detail['differing'] as unknown[]);
  return { holds: differing.length === 0, detail: { differing: differing.slice(0, NAMED_AT_MOST) } };
}

function named(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const shown = Object.entries(row).filter(([, value]) => value !== null);
  return Object.fromEntries(shown.map(([name, value]) => [name, publicForm(name, value)]));
}

function publicForm(name: string, value: unknown): unknown {
  const prefix = thingPrefixes[name];
  return prefix && typeof value === 'string' ? encodeId(prefix, value as Id<IdPrefix>) : value;
}
