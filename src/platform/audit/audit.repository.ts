import { Injectable } from '@nestjs/common';
import type { AuditId } from '../../shared/ids.js';
import { columnsOf, type Row, Transaction, whereOf } from '../database/index.js';
import { AuditEntryEntity } from './audit-entry.entity.js';

/** What entries to list; absent members say nothing. */
export type AuditFilter = Partial<
  Pick<AuditEntryEntity, 'action' | 'outcome' | 'actorId' | 'apiKeyId' | 'targetId' | 'requestId'>
> & { readonly from?: Date; readonly to?: Date };

/** With the address instead of its digest. */
const COLUMNS = columnsOf(AuditEntryEntity, 'a').replace('a.address', 'd.address');

@Injectable()
export class AuditRepository {
  constructor(private readonly tx: Transaction) {}

  /** Newest first. */
  list(filter: AuditFilter, take: number, before?: AuditId): Promise<AuditEntryEntity[]> {
    const parameters: unknown[] = [];
    const where = whereOf(parameters, {
      'a.action =': filter.action,
      'a.outcome =': filter.outcome,
      'a.actor_id =': filter.actorId,
      'a.api_key_id =': filter.apiKeyId,
      'a.target_id =': filter.targetId,
      'a.request_id =': filter.requestId,
      'a.created_at >=': filter.from,
      'a.created_at <': filter.to,
      'a.id <': before,
    });
    const sql = `SELECT ${COLUMNS} FROM audit_log a LEFT JOIN audit_addresses d ON d.entry_id = a.id ${where} ORDER BY a.id DESC LIMIT $${parameters.push(take)}`;
    return this.tx.query<AuditEntryEntity & Row>(sql, parameters);
  }
}
