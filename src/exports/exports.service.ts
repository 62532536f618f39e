import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { assertPermitted, type Caller } from '../platform/access/index.js';
import { AuditLog } from '../platform/audit/index.js';
import { Transaction } from '../platform/database/index.js';
import { Outbox } from '../platform/outbox/index.js';
import { periodAt } from '../reports/index.js';
import { Clock } from '../shared/clock.js';
import { NotFound, ValidationFailed } from '../shared/errors.js';
import { encodeId, type ExportId, newId } from '../shared/ids.js';
import { exportKinds } from './domain/export-kinds.js';
import type { CreateExportDto } from './dto/create-export.dto.js';
import type { ExportEntity } from './export.entity.js';
import { exportRequested } from './export.events.js';
import { TooManyExports, TooMuchExported } from './exports.errors.js';
import { ExportsRepository } from './exports.repository.js';

/** Exports of one person that are made at the same time. */
const MAX_UNFINISHED = 5;
/** Bytes of the files of one person that are kept: five of the largest. */
const MAX_KEPT = 5 * 1024 ** 3;
/** Bytes of the files of all together, when one more is asked for. */
const MAX_KEPT_OF_ALL = 20 * 1024 ** 3;
/** The longest period of rows, in days. */
const MAX_DAYS = 3660;

/** Asks for files, and says how far they are. */
@Injectable()
export class ExportsService {
  constructor(
    private readonly tx: Transaction,
    private readonly exports: ExportsRepository,
    private readonly outbox: Outbox,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** Asks for a file. @throws Forbidden without the permission of its rows, ValidationFailed, TooManyExports, TooMuchExported */
  request(caller: Caller, { kind, format, by, ...asked }: CreateExportDto): Promise<ExportEntity> {
    assertPermitted(caller, exportKinds[kind]);
    if (by !== undefined && kind !== 'sales') throw onlyOfSales();
    const period = periodAt(this.clock.now(), asked, kind === 'sales' ? undefined : MAX_DAYS);
    const parameters = { ...period, ...(kind === 'sales' && { by: by ?? ('day' as const) }) };
    const id = newId<'exp'>();
    const { userId: ownerId, apiKey } = caller;
    const owner = { ownerId, apiKeyId: apiKey?.id ?? null, byKey: apiKey !== undefined };
    return this.tx.run(async () => {
      const { unfinished, bytes, bytesOfAll } = await this.exports.held(ownerId);
      if (unfinished >= MAX_UNFINISHED) throw new TooManyExports(MAX_UNFINISHED);
      if (bytes >= MAX_KEPT) throw new TooMuchExported('your', MAX_KEPT);
      if (bytesOfAll >= MAX_KEPT_OF_ALL) throw new TooMuchExported('all', MAX_KEPT_OF_ALL);
      this.exports.insert({ id, ...owner, kind, format, parameters, linkSecret: randomBytes(32) });
      const target = { type: 'export', id: encodeId('exp', id) };
      this.audit.record({ action: 'export.requested', target, after: { kind, format, ...parameters } });
      this.outbox.record(exportRequested(id));
      return (await this.exports.find(id))!;
    });
  }

  /** Returns an export of the caller. @throws NotFound, Forbidden without the permission of its rows */
  async read(caller: Caller, id: ExportId): Promise<ExportEntity> {
    const found = await this.exports.find(id);
    if (!found || found.ownerId !== caller.userId) throw new NotFound('export');
    assertPermitted(caller, exportKinds[found.kind]);
    return found;
  }
}

const onlyOfSales = () =>
  new ValidationFailed([{ pointer: '/by', code: 'by', message: 'is only for exports of sales' }]);
