import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { FormerEmailId, UserId } from '../shared/ids.js';

/** An address that an account had. If it was confirmed and its owner replaced it, they may take the account back to it for seven days. */
@Entity('former_emails')
export class FormerEmailEntity {
  @PrimaryColumn('uuid')
  readonly id: FormerEmailId;

  @Column('uuid')
  readonly userId: UserId;

  @Column('text')
  readonly email: string;

  @Column('boolean')
  readonly mayReturn: boolean;

  @Column('timestamptz', { default: () => 'now()' })
  readonly replacedAt: Date;

  @Column('timestamptz', { nullable: true })
  readonly returnedAt: Date | null;
}
