import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import type { IdentityId, UserId } from '../../shared/ids.js';

/** A person's account at an OpenID Connect provider. */
@Entity('identities')
export class IdentityEntity {
  @PrimaryColumn('uuid')
  readonly id: IdentityId;

  @Column('uuid')
  readonly userId: UserId;

  @Column('text')
  readonly issuer: string;

  /** What the provider calls the person, for good. */
  @Column('text')
  readonly subject: string;

  @CreateDateColumn({ type: 'timestamptz' })
  readonly createdAt: Date;

  /** The last sign-in with it. */
  @Column('timestamptz', { default: () => 'now()' })
  readonly lastUsedAt: Date;
}

/** A sign-in that is under way at a provider. It is used once. */
@Entity('identity_flows')
export class IdentityFlowEntity {
  /** SHA-256 of the secret of the client. */
  @PrimaryColumn('bytea')
  readonly flowHash: Buffer;

  @Column('text')
  readonly provider: string;

  @Column('text')
  readonly redirectUri: string;

  /** Who links an identity while being signed in; null for a sign-in. */
  @Column('uuid', { nullable: true })
  readonly userId: UserId | null;

  @Column('timestamptz')
  readonly expiresAt: Date;
}
