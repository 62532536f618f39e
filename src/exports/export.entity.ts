import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ApiKeyId, ExportId, UserId } from '../shared/ids.js';
import type { ExportKind, ExportParameters } from './domain/export-kinds.js';

export const exportFormats = ['csv', 'ndjson'] as const;
export type ExportFormat = (typeof exportFormats)[number];
export const exportStatuses = ['queued', 'running', 'ready', 'failed'] as const;
export type ExportStatus = (typeof exportStatuses)[number];

/** A file that somebody asked for. */
@Entity('exports')
export class ExportEntity {
  @PrimaryColumn('uuid')
  readonly id: ExportId;

  @Column('uuid')
  readonly ownerId: UserId;

  /** The key with which the owner's machine asked; null once the key is gone. */
  @Column({ type: 'uuid', nullable: true })
  readonly apiKeyId: ApiKeyId | null;

  /** Whether a machine asked. */
  @Column('boolean')
  readonly byKey: boolean;

  @Column('text')
  readonly kind: ExportKind;

  @Column('text')
  readonly format: ExportFormat;

  @Column('jsonb')
  readonly parameters: ExportParameters;

  @Column({ type: 'text', default: 'queued', insert: false })
  readonly status: ExportStatus;

  /** The id of the last row that is written. */
  @Column({ type: 'uuid', nullable: true, insert: false })
  readonly place: string | null;

  @Column({ type: 'bigint', default: 0, insert: false })
  readonly rowCount: number;

  @Column({ type: 'bigint', default: 0, insert: false })
  readonly byteCount: number;

  @Column({ type: 'int', default: 0, insert: false })
  readonly chunkCount: number;

  /** Why there is no file. */
  @Column({ type: 'text', nullable: true, insert: false })
  readonly reason: string | null;

  /** Signs links to the file. */
  @Column('bytea')
  readonly linkSecret: Buffer;

  @Column({ type: 'timestamptz', default: () => 'now()', insert: false })
  readonly createdAt: Date;

  @Column({ type: 'timestamptz', nullable: true, insert: false })
  readonly finishedAt: Date | null;
}

/** A piece of a file. */
@Entity('export_chunks')
export class ExportChunkEntity {
  @PrimaryColumn('uuid')
  readonly exportId: ExportId;

  /** From 1, without a gap. */
  @PrimaryColumn('int')
  readonly position: number;

  @Column('bytea')
  readonly data: Buffer;
}
