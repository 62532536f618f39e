import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { UserId } from '../shared/ids.js';

/** An address from which a person has signed in. */
@Entity('known_sign_ins')
export class KnownSignInEntity {
  @PrimaryColumn('uuid')
  readonly userId: UserId;

  /** SHA-256 of the address. */
  @PrimaryColumn('bytea')
  readonly addressHash: Buffer;

  /** The last time, to the day. */
  @Column('timestamptz', { default: () => 'now()' })
  readonly seenAt: Date;
}
