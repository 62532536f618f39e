import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { AuditId } from '../../shared/ids.js';
import { RequirePermission } from '../access/index.js';
import { Lists, pageOf, readCursor } from '../http/index.js';
import { Operation } from '../openapi/index.js';
import { presentAuditEntry } from './audit-entry.presenter.js';
import { AuditEntryView } from './audit-entry.view.js';
import { AuditRepository } from './audit.repository.js';
import { ListAuditQuery } from './dto/list-audit.query.js';

@ApiTags('audit log')
@ApiBearerAuth()
@Controller('v1/audit-log')
export class AuditController {
  constructor(private readonly repository: AuditRepository) {}

  @Get()
  @Operation('listAuditLog', 'List what staff did')
  @RequirePermission('audit:read')
  @Lists(AuditEntryView, presentAuditEntry)
  async list(@Query() { limit, cursor, ...filter }: ListAuditQuery) {
    const before = readCursor(cursor, ['id'])?.[0] as AuditId | undefined;
    return pageOf(await this.repository.list(filter, limit + 1, before), limit, ({ id }) => [id]);
  }
}
