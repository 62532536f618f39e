import { Injectable } from '@nestjs/common';
import type { Caller } from '../platform/access/index.js';
import { AuditLog } from '../platform/audit/index.js';
import { Transaction } from '../platform/database/index.js';
import { encodeId, type UserId } from '../shared/ids.js';
import { presentUser, UsersService } from '../users/index.js';
import { ExportRepository } from './export.repository.js';
import { presentRow } from './export.presenter.js';
import type { PersonExportView } from './person-export.view.js';

/** Everything that is stored about a person (article 15 of the GDPR). */
@Injectable()
export class ExportService {
  constructor(
    private readonly tx: Transaction,
    private readonly users: UsersService,
    private readonly repository: ExportRepository,
    private readonly audit: AuditLog,
  ) {}

  /** Reads one state of the database. @throws NotFound, AccountErased, Forbidden */
  async read(caller: Caller, id: UserId): Promise<PersonExportView> {
    await this.users.readPerson(caller, id);
    await this.audit.write({ action: 'user.exported', target: { type: 'user', id: encodeId('usr', id) } });
    return this.tx.snapshot(async () => {
      const account = presentUser(await this.users.readPerson(caller, id));
      const data: Record<string, object[]> = {};
      for (const { table, rows } of await this.repository.everything(id)) {
        data[table] = rows.map((row) => presentRow(table, row));
      }
      return { createdAt: new Date().toISOString(), account, data };
    });
  }
}
