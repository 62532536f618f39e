import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import type { SessionId } from '../../shared/ids.js';

/** A refresh token of a session. Used tokens are kept, so that their reuse is noticed. */
@Entity('refresh_tokens')
export class RefreshTokenEntity {
  /** SHA-256 of the token, whose 256 random bits need no slow hash. */
  @PrimaryColumn('bytea')
  readonly tokenHash: Buffer;

  @Column('uuid')
  readonly sessionId: SessionId;

  /** The token that was exchanged for this one; null for the first of a session. */
  @Column('bytea', { nullable: true })
  readonly parentHash: Buffer | null;

  @CreateDateColumn({ type: 'timestamptz' })
  readonly issuedAt: Date;

  /** When it was exchanged for the first time. */
  @Column('timestamptz', { nullable: true })
  readonly usedAt: Date | null;

  /** SHA-256 of the idempotency key with which that was; null if it came without one. */
  @Column('bytea', { nullable: true })
  readonly usedKeyHash: Buffer | null;

  /** With it, the token and the key, the first successor is made again for a repeat; null until it is used. */
  @Column('bytea', { nullable: true })
  readonly successorSalt: Buffer | null;
}
