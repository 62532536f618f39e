import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import type { UserId } from '../../shared/ids.js';

/** A code for a person whose other factors are lost. */
@Entity('recovery_codes')
export class RecoveryCodeEntity {
  /** SHA-256 of the code, whose 120 random bits need no slow hash. */
  @PrimaryColumn('bytea')
  readonly codeHash: Buffer;

  @Column('uuid')
  readonly userId: UserId;

  @CreateDateColumn({ type: 'timestamptz' })
  readonly createdAt: Date;

  @Column('timestamptz', { nullable: true })
  readonly usedAt: Date | null;
}
