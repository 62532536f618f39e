import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import type { PasskeyId, UserId } from '../../shared/ids.js';

/** A passkey of a person (WebAuthn): the public half of a key pair that an authenticator has. */
@Entity('passkeys')
export class PasskeyEntity {
  @PrimaryColumn('uuid')
  readonly id: PasskeyId;

  @Column('uuid')
  readonly userId: UserId;

  /** What the authenticator calls it. No other account has the same. */
  @Column('bytea')
  readonly credentialId: Buffer;

  /** A COSE key (RFC 9052, section 7). */
  @Column('bytea')
  readonly publicKey: Buffer;

  /** How often it was used, if the authenticator counts; else 0. */
  @Column('bigint')
  readonly signCount: string;

  /** How the browser reaches the authenticator, such as `internal` or `usb`. */
  @Column('text', { array: true })
  readonly transports: string[];

  /** Whether its owner's other devices have it too. */
  @Column('boolean')
  readonly isSynced: boolean;

  @Column('text')
  readonly name: string;

  @CreateDateColumn({ type: 'timestamptz' })
  readonly createdAt: Date;

  /** The domain that it was made for; null if an earlier release made it and nobody used it since. */
  @Column('text', { nullable: true })
  readonly rpId: string | null;

  /** The last sign-in with it. */
  @Column('timestamptz', { nullable: true })
  readonly lastUsedAt: Date | null;
}

/** A challenge that an authenticator is to sign. It is used once. */
@Entity('passkey_challenges')
export class PasskeyChallengeEntity {
  @PrimaryColumn('bytea')
  readonly challengeHash: Buffer;

  /** Who adds a passkey; null for a sign-in. */
  @Column('uuid', { nullable: true })
  readonly userId: UserId | null;

  /** Of that account: a change of its access ends what was begun. */
  @Column('int', { nullable: true })
  readonly accessVersion: number | null;

  @Column('timestamptz')
  readonly expiresAt: Date;
}
