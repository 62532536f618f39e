import { Injectable } from '@nestjs/common';
import { AuditLog } from '../platform/audit/index.js';
import { Config } from '../platform/config/index.js';
import { Clock } from '../shared/clock.js';
import { encodeId, type ExportId } from '../shared/ids.js';
import { UsersService } from '../users/index.js';
import { exportKinds } from './domain/export-kinds.js';
import { isValidLink, type SignedLink, signLink } from './domain/export-link.js';
import type { ExportEntity } from './export.entity.js';
import { ExportLinkInvalid } from './exports.errors.js';
import { ExportsRepository } from './exports.repository.js';
import { exportSettings } from './exports.settings.js';

/** A file, and its bytes piece by piece. */
export interface OpenedFile {
  readonly its: ExportEntity;
  readonly bytes: AsyncIterable<Buffer>;
}

/** Links to files, and the files. */
@Injectable()
export class ExportFiles {
  constructor(
    private readonly exports: ExportsRepository,
    private readonly users: UsersService,
    private readonly audit: AuditLog,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** Returns a link to the file that works for some minutes; `undefined` while there is no file. */
  link({ id, status, linkSecret }: ExportEntity): SignedLink | undefined {
    if (status !== 'ready') return undefined;
    return signLink(linkSecret, id, this.now() + this.config.of(exportSettings).linkSeconds);
  }

  /**
   * Opens the file of a link, if whoever asked for it may read its rows now, and records in the audit log whose file was
   * downloaded, not by whom: a link works for everybody. @throws ExportLinkInvalid
   */
  async open(id: ExportId, link: SignedLink): Promise<OpenedFile> {
    const its = await this.exports.find(id);
    const isValid = its?.status === 'ready' && isValidLink(its.linkSecret, id, link, this.now());
    if (!isValid || !(await this.mayRead(its))) throw new ExportLinkInvalid();
    const target = { type: 'export', id: encodeId('exp', id) };
    const after = { by: 'link', ownerId: encodeId('usr', its.ownerId) };
    await this.audit.write({ action: 'export.downloaded', target, after });
    return { its, bytes: this.bytesOf(its) };
  }

  private async mayRead({ ownerId, apiKeyId, byKey, kind }: ExportEntity): Promise<boolean> {
    const needed = ['reports:read', exportKinds[kind]] as const;
    const { isActive, permissions } = await this.users.access(ownerId);
    if (!isActive || !needed.every((permission) => permissions.has(permission))) return false;
    return !byKey || (apiKeyId !== null && (await this.exports.keyHolds(apiKeyId, needed)));
  }

  /** No connection to the database waits for a slow client. */
  private async *bytesOf({ id, chunkCount }: ExportEntity): AsyncGenerator<Buffer> {
    for (let position = 1; position <= chunkCount; position++) {
      const chunk = await this.exports.chunk(id, position);
      if (!chunk) throw new Error('The file was deleted while it was sent.');
      yield chunk;
    }
  }

  private now(): number {
    return Math.floor(this.clock.now().getTime() / 1000);
  }
}
