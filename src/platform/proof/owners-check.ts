import { Injectable } from '@nestjs/common';
import { encodeId, type Id, type IdPrefix } from '../../shared/ids.js';
import { Transaction } from '../database/index.js';
import { type Finding, ProofChecks } from './proof-checks.js';
import type { ProofScope } from './proof-scope.js';
import type { ProvenTable } from './proven-table.js';

export const OWNERS_CHECK = {
  name: 'rows_have_owners',
  rule: 'No row that belongs to an order belongs to a row that does not exist.',
} as const;

interface Orphan {
  readonly table: string;
  readonly row: string;
  readonly missing: string;
}

/** Looks for rows whose owner is gone: foreign keys forbid them, and a superuser can turn those off. */
@Injectable()
export class OwnersCheck {
  constructor(
    private readonly tx: Transaction,
    private readonly checks: ProofChecks,
  ) {}

  async run(scope: ProofScope): Promise<Finding> {
    const differing: Orphan[] = [];
    for (const table of this.checks.tables()) {
      for (const { via, column } of ownersOf(table)) {
        const places = scope.places(table.table);
        if (places?.length !== 0) differing.push(...(await this.orphans(table, via, column, places)));
      }
    }
    return { holds: differing.length === 0, detail: { differing } };
  }

  private async orphans(
    table: ProvenTable,
    via: string,
    column: string,
    places?: readonly string[],
  ): Promise<Orphan[]> {
    const owner = this.checks.tables().find((one) => one.table === via)!;
    const rows = await this.tx.query<{ id: string; owner: string }>(
      `SELECT t.${table.id} AS id, t.${column} AS owner FROM ${table.table} t
      WHERE t.${column} IS NOT NULL ${places ? `AND t.ctid = ANY($1::tid[])` : ''}
        AND NOT EXISTS (SELECT FROM ${via} o WHERE o.${owner.id} = t.${column}) LIMIT 20`,
      places ? [places] : [],
    );
    return rows.map((row) => ({
      table: table.table,
      row: encodeId(table.prefix, row.id as Id<IdPrefix>),
      missing: encodeId(owner.prefix, row.owner as Id<IdPrefix>),
    }));
  }
}

function ownersOf({ table, order = [] }: ProvenTable): readonly { readonly via: string; readonly column: string }[] {
  if (typeof order !== 'string') return order;
  return table === 'orders' ? [] : [{ via: 'orders', column: order }];
}
