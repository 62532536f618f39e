import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { EventId, UserId } from '../shared/ids.js';

/** A mail to a person whose address nobody has verified, for the quota of a day. */
@Entity('unverified_mails')
export class UnverifiedMailEntity {
  /** What the mail was about; one mail for each event. */
  @PrimaryColumn('uuid')
  readonly eventId: EventId;

  @Column('uuid')
  readonly userId: UserId;

  @Column('timestamptz', { default: () => 'now()' })
  readonly createdAt: Date;
}
