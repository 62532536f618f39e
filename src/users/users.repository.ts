import { Injectable } from '@nestjs/common';
import { LessThan, Raw } from 'typeorm';
import type { Role } from '../platform/access/index.js';
import { Transaction, violatedConstraint } from '../platform/database/index.js';
import { newId, type UserId } from '../shared/ids.js';
import { User } from './user.entity.js';
import { EmailTaken } from './user.errors.js';

/** The first values of a new account. `passwordHash` is null until its owner sets a password. */
export interface NewUser {
  readonly email: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly passwordHash?: string | null;
}

/** What a sign-in checks of an account. */
export interface Credentials {
  readonly id: UserId;
  readonly roles: readonly Role[];
  readonly passwordHash: string | null;
  readonly accessVersion: number;
}

/** Whether an account is active, and the current version of its rights. */
export interface AccountAccess {
  /** Increases with each change of roles, status or password. */
  readonly version: number;
  readonly isActive: boolean;
}

/** Where to send mail to a person. */
export interface Contact {
  readonly id: UserId;
  readonly email: string;
  readonly name: string;
}

const CREDENTIALS = `
  SELECT id, roles, password_hash AS "passwordHash", access_version AS "accessVersion" FROM users
  WHERE lower(email) = lower($1) AND status = 'active'`;
const ACCESS = `SELECT access_version AS version, status = 'active' AS "isActive" FROM users WHERE id = $1`;
const CONTACTS = 'SELECT id, email, name FROM users WHERE id = ANY ($1::uuid[])';
const INSERT_IF_NEW = `
  INSERT INTO users (id, email, name, roles, password_hash) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (lower(email)) DO NOTHING`;
const SET_PASSWORD_HASH = `
  UPDATE users SET password_hash = $2, version = version + 1, updated_at = now() WHERE id = $1`;

@Injectable()
export class UsersRepository {
  constructor(private readonly tx: Transaction) {}

  /** @throws EmailTaken */
  async insert({ email, name, roles, passwordHash = null }: NewUser): Promise<User> {
    const manager = await this.tx.manager();
    const user = manager.create(User, { id: newId<'usr'>(), email, name, roles: [...roles], passwordHash });
    return orEmailTaken(email, () => manager.save(user));
  }

  async insertIfNew({ email, name, roles, passwordHash = null }: NewUser): Promise<void> {
    await this.tx.query(INSERT_IF_NEW, [newId<'usr'>(), email, name, roles, passwordHash]);
  }

  /** @throws EmailTaken */
  async save(user: User): Promise<User> {
    const manager = await this.tx.manager();
    return orEmailTaken(user.email, () => manager.save(user));
  }

  async setPasswordHash(id: UserId, passwordHash: string): Promise<void> {
    await this.tx.query(SET_PASSWORD_HASH, [id, passwordHash]);
  }

  async find(id: UserId): Promise<User | null> {
    return (await this.tx.manager()).findOneBy(User, { id });
  }

  async findByEmail(email: string): Promise<User | null> {
    return (await this.tx.manager()).findOneBy(User, { email: sameEmail(email) });
  }

  async lock(id: UserId): Promise<User | null> {
    return (await this.tx.manager()).findOne(User, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  /** Newest first: ids are UUIDv7, so they sort by creation time. */
  async list(take: number, before?: UserId, email?: string): Promise<User[]> {
    return (await this.tx.manager()).find(User, {
      where: { ...(before && { id: LessThan(before) }), ...(email && { email: sameEmail(email) }) },
      order: { id: 'DESC' },
      take,
    });
  }

  async credentials(email: string): Promise<Credentials | undefined> {
    const [found] = await this.tx.query<Credentials & Record<string, unknown>>(CREDENTIALS, [email]);
    return found;
  }

  async access(id: UserId): Promise<AccountAccess | undefined> {
    return (await this.tx.query<AccountAccess & Record<string, unknown>>(ACCESS, [id]))[0];
  }

  contacts(ids: readonly UserId[]): Promise<Contact[]> {
    return this.tx.query<Contact & Record<string, unknown>>(CONTACTS, [ids]);
  }

  async exists(id: UserId): Promise<boolean> {
    return (await this.tx.query('SELECT FROM users WHERE id = $1', [id])).length > 0;
  }
}

const sameEmail = (email: string) => Raw((column) => `lower(${column}) = lower(:email)`, { email });

/** The unique index decides, not an earlier read: two concurrent registrations make one account. */
async function orEmailTaken<T>(email: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (violatedConstraint(error) === 'users_email_key') throw new EmailTaken(email);
    throw error;
  }
}
