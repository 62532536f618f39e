import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { UserId } from '../shared/ids.js';

/** An address of an account that a mail server refused because it does not exist. Goes with the account. */
@Entity('mail_bounces')
export class MailBounceEntity {
  @PrimaryColumn('uuid')
  readonly userId: UserId;

  /** In small letters. */
  @PrimaryColumn('text')
  readonly email: string;

  /** What the mail server said. */
  @Column('text')
  readonly reason: string;

  @Column('timestamptz', { default: () => 'now()' })
  readonly bouncedAt: Date;
}
