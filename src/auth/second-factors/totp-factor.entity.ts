import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import type { UserId } from '../../shared/ids.js';

/** The authenticator app of a person: one at most. */
@Entity('totp_factors')
export class TotpFactorEntity {
  @PrimaryColumn('uuid')
  readonly userId: UserId;

  /** In base64 before it is encrypted. */
  @Column('text')
  readonly secret: string;

  @CreateDateColumn({ type: 'timestamptz' })
  readonly createdAt: Date;

  /** When its owner showed the first code; null until then, and it is no factor. */
  @Column('timestamptz', { nullable: true })
  readonly confirmedAt: Date | null;

  /** The step of the last code that was used. */
  @Column('bigint', { nullable: true })
  readonly lastStep: string | null;
}
