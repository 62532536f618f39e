import { Injectable } from '@nestjs/common';
import { type FindOptionsWhere, In, IsNull, LessThan, Not, type Repository } from 'typeorm';
import type { Permission } from '../platform/access/index.js';
import { Transaction, violatedConstraint } from '../platform/database/index.js';
import { type FormerEmailId, newId, type UserId } from '../shared/ids.js';
import { defaultLanguage, type Language } from '../shared/languages.js';
import type { Contact } from './contact.js';
import { FormerEmailEntity } from './former-email.entity.js';
import { hasWords, sameEmail } from './user-conditions.js';
import { User } from './user.entity.js';
import { EmailTaken, LastAdmin, PasswordTooShort } from './user.errors.js';

/** The first values of a new account. `passwordHash` is null until its owner sets a password. */
export interface NewUser {
  readonly email: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly passwordHash?: string | null;
  /** English when absent. */
  readonly language?: Language;
}

/** What a sign-in checks of an account. */
export interface Credentials {
  readonly id: UserId;
  readonly email: string;
  readonly roles: readonly string[];
  readonly passwordHash: string | null;
  readonly accessVersion: number;
  readonly hasSecondFactor: boolean;
}

/** Whether an account is active, and its rights. */
export interface AccountAccess extends StoredVersion {
  /** What its roles allow. */
  readonly permissions: ReadonlySet<Permission>;
}

interface StoredVersion {
  /** Increases with each change of roles, status, password or factors. */
  readonly version: number;
  readonly isActive: boolean;
  readonly hasSecondFactor: boolean;
}

/** An account's access as it is stored. */
export interface StoredAccess extends StoredVersion {
  readonly roles: readonly string[];
}

export interface UserFilter {
  readonly before?: UserId | undefined;
  /** The whole address, whatever its case. */
  readonly email?: string | undefined;
  /** Words that the name has, or begins with. */
  readonly name?: string | undefined;
}

/** A registration: the account, and whose address it is already if it could not be made. */
export interface Registration {
  readonly user: User;
  readonly isNew: boolean;
  readonly ownerId: UserId | null;
}

/** One statement, whether or not the address is taken, so that its time reveals nothing. */
const REGISTER = `
  WITH owner AS (SELECT id FROM users WHERE lower(email) = lower($2)), added AS (
    INSERT INTO users (id, email, name, roles, password_hash, language)
    SELECT $1::uuid, $2::text, $3::text, $4::text[], $5::text, $6::text WHERE NOT is_reserved_email($2, $1) ON CONFLICT DO NOTHING RETURNING id
  )
  SELECT now() AS "now", EXISTS (SELECT FROM added) AS "isNew", (SELECT id FROM owner) AS "ownerId"`;
const CONFIRM_EMAIL = `UPDATE users SET email_verified_at = now(), version = version + 1, updated_at = now()
  WHERE id = $1 AND lower(email) = lower($2) AND email_verified_at IS NULL RETURNING 1`;

/** The constraint `users_erased` says the same. */
const ERASE = `
  UPDATE users SET email = 'erased+' || id || '@erased.invalid', name = 'Erased', roles = '{customer}', status = 'disabled',
    password_hash = NULL, has_short_password = false, has_second_factor = false, email_verified_at = NULL, erased_at = now(), version = version + 1, updated_at = now()
  WHERE id = $1`;

@Injectable()
export class UsersRepository {
  constructor(private readonly tx: Transaction) {}

  /** @throws EmailTaken */
  async insert({ email, name, roles, passwordHash = null, language = defaultLanguage }: NewUser): Promise<User> {
    const user = this.users.create({ id: newId<'usr'>(), email, name, roles: [...roles], passwordHash, language });
    await orEmailTaken(email, () => this.users.insert(user));
    return user;
  }

  /** Makes the account unless its address is taken. Returns the account as it is, or would be. */
  async register({ email, name, roles, passwordHash = null, language }: NewUser): Promise<Registration> {
    const id = newId<'usr'>();
    const values = [id, email, name, roles, passwordHash, language ?? defaultLanguage];
    const [row] = await orEmailTaken(email, () =>
      this.tx.query<{ now: Date; isNew: boolean; ownerId: UserId | null }>(REGISTER, values),
    );
    const { now, isNew, ownerId } = row!;
    const standing = { status: 'active' as const, emailVerifiedAt: null, version: 1 };
    const given = { id, email, name, language, roles: [...roles], ...standing };
    return { user: this.users.create({ ...given, createdAt: now, updatedAt: now }), isNew, ownerId };
  }

  async insertIfNew({ email, name, roles, passwordHash = null }: NewUser): Promise<void> {
    const user = { id: newId<'usr'>(), email, name, roles: [...roles], passwordHash };
    await this.users.createQueryBuilder().insert().values(user).orIgnore().updateEntity(false).execute();
  }

  /** @throws EmailTaken, LastAdmin */
  async save(user: User): Promise<User> {
    return orLastAdmin(() => orEmailTaken(user.email, () => this.users.save(user)));
  }

  /** @throws LastAdmin */
  async erase(id: UserId): Promise<void> {
    await orLastAdmin(() => this.tx.query(ERASE, [id]));
  }

  /** @throws PasswordTooShort for a short one of an account without a second factor */
  async setPasswordHash(id: UserId, passwordHash: string | null, hasShortPassword: boolean): Promise<void> {
    await orPasswordTooShort(() => this.users.update({ id }, { passwordHash, hasShortPassword }));
  }

  find(id: UserId): Promise<User | null> {
    return this.users.findOneBy({ id });
  }

  findByEmail(email: string): Promise<User | null> {
    return this.users.findOneBy({ email: sameEmail(email) });
  }

  lock(id: UserId): Promise<User | null> {
    return this.users.findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  /** Newest first: ids are UUIDv7, so they sort by creation time. */
  list(take: number, { before, email, name }: UserFilter): Promise<User[]> {
    return this.users.find({
      where: {
        ...(before && { id: LessThan(before) }),
        ...(email && { email: sameEmail(email) }),
        ...(name && { name: hasWords(name) }),
      },
      order: { id: 'DESC' },
      take,
    });
  }

  credentials(email: string): Promise<Credentials | undefined> {
    return this.activeCredentials({ email: sameEmail(email) });
  }

  credentialsOf(id: UserId): Promise<Credentials | undefined> {
    return this.activeCredentials({ id });
  }

  /** Replaces the hash unless it has changed since it was read. Returns whether it did. An upgrade says nothing of the length. */
  async replacePasswordHash(
    id: UserId,
    before: string | null,
    after: string,
    hasShortPassword?: boolean,
  ): Promise<boolean> {
    const changes = { passwordHash: after, ...(hasShortPassword !== undefined && { hasShortPassword }) };
    const where = { id, passwordHash: before ?? IsNull() };
    return (await orPasswordTooShort(() => this.users.update(where, changes))).affected === 1;
  }

  /** Makes the next change of a hash in this transaction one that keeps the password: nothing that depends on it ends. */
  async keepPassword(): Promise<void> {
    await this.tx.query(`SELECT set_config('till.same_password', 'on', true)`);
  }

  async access(id: UserId): Promise<StoredAccess | undefined> {
    const select = { id: true, accessVersion: true, status: true, roles: true, hasSecondFactor: true } as const;
    const found = await this.users.findOne({ select, where: { id } });
    if (!found) return undefined;
    const { accessVersion, status, roles, hasSecondFactor } = found;
    return { version: accessVersion!, isActive: status === 'active', roles, hasSecondFactor: hasSecondFactor! };
  }

  contacts(ids: readonly UserId[]): Promise<Contact[]> {
    const select = { id: true, email: true, name: true, language: true } as const;
    return this.users.find({ select, where: { id: In([...ids]), erasedAt: IsNull() } });
  }

  async confirmEmail(id: UserId, email: string): Promise<boolean> {
    return (await this.tx.query(CONFIRM_EMAIL, [id, email])).length > 0;
  }

  /** Keeps the address of an account that gets another one. Unless it may return, no earlier address may take the account back either. */
  async keepFormerEmail({ id: userId, email }: User, mayReturn: boolean): Promise<FormerEmailId> {
    const [id, addresses] = [newId<'fem'>(), this.tx.repository(FormerEmailEntity)];
    const open = { userId, mayReturn: true, returnedAt: IsNull() };
    if (!mayReturn) await addresses.update(open, { returnedAt: () => 'now()' });
    await addresses.insert({ id, userId, email, mayReturn });
    return id;
  }

  hasVerifiedEmail(id: UserId): Promise<boolean> {
    return this.users.existsBy({ id, emailVerifiedAt: Not(IsNull()) });
  }

  exists(id: UserId): Promise<boolean> {
    return this.users.existsBy({ id });
  }

  private async activeCredentials(where: FindOptionsWhere<User>): Promise<Credentials | undefined> {
    const found = await this.users.findOne({
      select: { id: true, email: true, roles: true, passwordHash: true, accessVersion: true, hasSecondFactor: true },
      where: { ...where, status: 'active' },
    });
    return (found as Credentials | null) ?? undefined;
  }

  private get users(): Repository<User> {
    return this.tx.repository(User);
  }
}

async function orLastAdmin<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw violatedConstraint(error) === 'users_last_admin' ? new LastAdmin() : error;
  }
}

/** The unique index decides, not an earlier read: two concurrent registrations make one account. */
async function orEmailTaken<T>(email: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (violatedConstraint(error) === 'users_email_key') throw new EmailTaken(email);
    throw error;
  }
}

/** The constraint decides: the last factor may go while the new password is on its way. */
export async function orPasswordTooShort<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw violatedConstraint(error) === 'users_short_password' ? new PasswordTooShort() : error;
  }
}
