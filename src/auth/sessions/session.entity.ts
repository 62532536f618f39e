import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import type { SessionId, UserId } from '../../shared/ids.js';

export type EndReason =
  'signed_out' | 'revoked' | 'password_changed' | 'account_disabled' | 'token_reused' | 'factors_changed';

/** The second factor of a sign-in; a passkey stands for password and factor. */
export type SecondFactorKind = 'totp' | 'recovery_code' | 'passkey';

/** A sign-in on one device, with all tokens that follow from it. */
@Entity('sessions')
export class SessionEntity {
  @PrimaryColumn('uuid')
  readonly id: SessionId;

  @Column('uuid')
  readonly userId: UserId;

  /** What the client calls itself (`User-Agent`). */
  @Column('text')
  readonly device: string;

  /** The network address of the last use. */
  @Column('text')
  readonly address: string;

  @CreateDateColumn({ type: 'timestamptz' })
  readonly createdAt: Date;

  /** The last sign-in or refresh. */
  @Column('timestamptz', { default: () => 'now()' })
  readonly lastUsedAt: Date;

  @Column('timestamptz')
  readonly expiresAt: Date;

  @Column('timestamptz', { nullable: true })
  readonly endedAt: Date | null;

  @Column('text', { nullable: true })
  readonly endReason: EndReason | null;

  /** Null for a sign-in by password alone, which the database refuses for an account with a second factor. */
  @Column('text', { nullable: true })
  readonly secondFactor: SecondFactorKind | null;

  /** When its owner last showed the password, and the second factor where there is one. */
  @Column('timestamptz', { default: () => 'now()' })
  readonly authenticatedAt: Date;
}
