import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The right of one process to do something alone, until it expires. */
@Entity('leases')
export class LeaseEntity {
  @PrimaryColumn('text')
  readonly name: string;

  @Column('uuid')
  readonly holder: string;

  @Column('timestamptz')
  readonly expiresAt: Date;
}
