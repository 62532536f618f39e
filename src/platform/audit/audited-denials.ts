import { Injectable } from '@nestjs/common';
import { currentRequest } from '../logging/index.js';
import { DenialLog } from '../http/index.js';
import { AuditLog } from './audit-log.js';

/** Writes what known callers were denied. What strangers try is counted by the limits and the log of requests. */
@Injectable()
export class AuditedDenials extends DenialLog {
  constructor(private readonly audit: AuditLog) {
    super();
  }

  note({ route, path, code }: { readonly route: string; readonly path: string; readonly code: string }): void {
    if (currentRequest()?.callerId === undefined) return;
    const target = { type: 'operation', id: route };
    // Without the query, in which people look for e-mail addresses: the log is never changed.
    const after = { path: path.split('?', 1)[0], code };
    void this.audit.note({ action: 'access.denied', outcome: 'denied', target, after });
  }
}
