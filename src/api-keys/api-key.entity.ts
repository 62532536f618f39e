import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Permission } from '../platform/access/index.js';
import type { ApiKeyId, UserId } from '../shared/ids.js';

/** A key with which a machine calls the API for the person who made it. */
@Entity('api_keys')
export class ApiKeyEntity {
  @PrimaryColumn('uuid')
  readonly id: ApiKeyId;

  /** Whose rights limit the key: it ends with their account, and loses what they lose. */
  @Column('uuid')
  readonly ownerId: UserId;

  @Column('text')
  readonly name: string;

  /** The part of the key that is not secret; unique. */
  @Column('text')
  readonly prefix: string;

  /** SHA-256 of the secret, which has 256 random bits. Never read with the rest. */
  @Column('bytea', { select: false })
  readonly secretHash?: Buffer;

  @Column('text', { array: true })
  readonly scopes: Permission[];

  /** Addresses and networks (CIDR) that may use the key; any when empty. */
  @Column('text', { array: true })
  readonly addresses: string[];

  @Column('int', { nullable: true })
  readonly requestsPerMinute: number | null;

  @Column('timestamptz')
  readonly expiresAt: Date;

  @Column('timestamptz', { nullable: true })
  readonly revokedAt: Date | null;

  /** The last use of the present secret, to the minute. */
  @Column('timestamptz', { nullable: true })
  readonly lastUsedAt: Date | null;

  @Column('timestamptz', { default: () => 'now()' })
  readonly createdAt: Date;

  /** When the key got its present secret; null if that is its first one. */
  @Column('timestamptz', { nullable: true })
  readonly rotatedAt: Date | null;

  /** The prefix of the secret before, which works until `previousExpiresAt`. */
  @Column('text', { nullable: true })
  readonly previousPrefix: string | null;

  @Column('bytea', { select: false, nullable: true })
  readonly previousSecretHash?: Buffer | null;

  @Column('timestamptz', { nullable: true })
  readonly previousExpiresAt: Date | null;

  @Column('timestamptz', { nullable: true })
  readonly previousLastUsedAt: Date | null;
}
