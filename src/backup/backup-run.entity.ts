import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A backup that was taken, or a restore drill that succeeded. */
@Entity('backup_runs')
export class BackupRunEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  readonly id: number;

  @Column('text')
  readonly kind: 'backup' | 'drill';

  /** The name of the backup. */
  @Column('text')
  readonly backup: string;

  /** Of the encrypted file. */
  @Column('bigint')
  readonly bytes: number;

  @Column('double precision')
  readonly seconds: number;

  @Column('timestamptz', { default: () => 'now()' })
  readonly finishedAt: Date;
}
