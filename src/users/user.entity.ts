import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn, VersionColumn } from 'typeorm';
import type { UserId } from '../shared/ids.js';
import { defaultLanguage, type Language } from '../shared/languages.js';

export const userStatuses = ['active', 'disabled'] as const;
export type UserStatus = (typeof userStatuses)[number];

/** A person with an account. */
@Entity('users')
export class User {
  @PrimaryColumn('uuid')
  readonly id: UserId;

  /** Normalized (see `normalizeEmail`); unique whatever its case. */
  @Column('text')
  email: string;

  @Column('text')
  name: string;

  /** In which Till writes to them. */
  @Column('text', { default: defaultLanguage })
  language: Language;

  /** Built-in ones, and names of `RoleEntity`. */
  @Column('text', { array: true })
  roles: string[];

  /** Argon2id in PHC form; null for an account that staff made. Never read with the rest. */
  @Column('text', { nullable: true, select: false })
  passwordHash?: string | null;

  /** Whoever holds a disabled account can't sign in, and their access tokens end. */
  @Column('text', { default: 'active' })
  status: UserStatus;

  /** When its owner confirmed the address; a trigger forgets it when the address changes. */
  @Column({ type: 'timestamptz', nullable: true, update: false, insert: false })
  readonly emailVerifiedAt: Date | null;

  /** A trigger counts the changes of roles, status and password. */
  @Column({ type: 'int', default: 1, select: false, insert: false, update: false })
  readonly accessVersion?: number;

  /** When its personal data was erased, for good. */
  @Column({ type: 'timestamptz', nullable: true, insert: false, update: false })
  readonly erasedAt: Date | null;

  /** When the worker had erased what is kept elsewhere, too. */
  @Column({ type: 'timestamptz', nullable: true, select: false, insert: false, update: false })
  readonly erasureFinishedAt?: Date | null;

  /** Triggers set it with the first second factor, and take it back with the last one. */
  @Column({ type: 'boolean', default: false, select: false, insert: false, update: false })
  readonly hasSecondFactor?: boolean;

  /** Whether the password has less than the 15 characters that it needs where it is the only factor; a constraint holds it. */
  @Column({ type: 'boolean', default: false, select: false })
  hasShortPassword?: boolean;

  @VersionColumn({ type: 'int', default: 1 })
  readonly version: number;

  @CreateDateColumn({ type: 'timestamptz' })
  readonly createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  readonly updatedAt: Date;
}
