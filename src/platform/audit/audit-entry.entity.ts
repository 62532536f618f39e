import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ApiKeyId, AuditId, UserId } from '../../shared/ids.js';

export const auditOutcomes = ['succeeded', 'failed', 'denied'] as const;
export type AuditOutcome = (typeof auditOutcomes)[number];

/** One thing that somebody did or tried. Append-only. */
@Entity('audit_log')
export class AuditEntryEntity {
  @PrimaryColumn('uuid')
  readonly id: AuditId;

  @Column('text')
  readonly action: string;

  @Column('text')
  readonly outcome: AuditOutcome;

  /** Null for strangers and for commands of the operator. */
  @Column('uuid', { nullable: true })
  readonly actorId: UserId | null;

  /** The key with which the actor's machine called. */
  @Column('uuid', { nullable: true })
  readonly apiKeyId: ApiKeyId | null;

  @Column('text', { nullable: true })
  readonly targetType: string | null;

  /** In its public form. */
  @Column('text', { nullable: true })
  readonly targetId: string | null;

  @Column('jsonb', { nullable: true })
  readonly before: object | null;

  @Column('jsonb', { nullable: true })
  readonly after: object | null;

  /** `sha256:` and the digest of the salt and the address in `AuditAddressEntity`; null without an address. */
  @Column('text', { nullable: true })
  readonly address: string | null;

  @Column('text', { nullable: true })
  readonly requestId: string | null;

  @Column({ type: 'timestamptz', default: () => 'now()', insert: false })
  readonly createdAt: Date;
}

/** The network address of an entry, as LOG_ADDRESS says: whole, or shortened to a network. Apart, so that it can be erased. */
@Entity('audit_addresses')
export class AuditAddressEntity {
  @PrimaryColumn('uuid')
  readonly entryId: AuditId;

  @Column('text')
  readonly address: string;

  @Column('bytea')
  readonly salt: Buffer;
}
