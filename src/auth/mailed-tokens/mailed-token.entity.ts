import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import type { MailedTokenId, UserId } from '../../shared/ids.js';

export type MailedTokenPurpose =
  | 'password_reset'
  | 'invitation'
  | 'email_verification'
  | 'repeated_registration'
  | 'email_change'
  | 'email_change_undo'
  | 'access_undo';

/** A token that proves that somebody reads the mail of an address. It is made when the mail is sent, and only its hash is stored. */
@Entity('mailed_tokens')
export class MailedTokenEntity {
  @PrimaryColumn('uuid')
  readonly id: MailedTokenId;

  @Column('text')
  readonly purpose: MailedTokenPurpose;

  /** The address that it was asked for, with or without an account. */
  @Column('text')
  readonly email: string;

  @Column('uuid', { nullable: true })
  readonly userId: UserId | null;

  @Column('bytea', { nullable: true })
  readonly tokenHash: Buffer | null;

  @CreateDateColumn({ type: 'timestamptz' })
  readonly createdAt: Date;

  @Column('timestamptz', { nullable: true })
  readonly expiresAt: Date | null;

  @Column('timestamptz', { nullable: true })
  readonly usedAt: Date | null;

  /** Of the account when it was asked for: a change of its access ends the token. */
  @Column('int', { nullable: true })
  readonly accessVersion: number | null;

  /** When somebody added what it undoes (`access_undo`). */
  @Column('timestamptz', { nullable: true })
  readonly addedAt: Date | null;
}
