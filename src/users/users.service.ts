import { Injectable } from '@nestjs/common';
import { assertOwnOr, assertRecentSignIn, type Caller } from '../platform/access/index.js';
import { AuditLog } from '../platform/audit/index.js';
import { Transaction } from '../platform/database/index.js';
import { assertMatches, type Page, pageOf, readCursor } from '../platform/http/index.js';
import { Outbox } from '../platform/outbox/index.js';
import { NotFound } from '../shared/errors.js';
import type { UserId } from '../shared/ids.js';
import type { Language } from '../shared/languages.js';
import type { Contact } from './contact.js';
import type { ChangeUserDto } from './dto/change-user.dto.js';
import type { CreateUserDto } from './dto/create-user.dto.js';
import type { ListUsersQuery } from './dto/list-users.query.js';
import { normalizeEmail } from './email.js';
import { RolesService } from './roles.service.js';
import type { User } from './user.entity.js';
import { AccountErased, OwnRoles, OwnStatus } from './user.errors.js';
import { passwordEnded, passwordSet, userChanged, userCreated, userErased as erasure } from './users-audit.js';
import {
  accessChanged,
  emailChanged,
  registrationRepeated,
  userErased,
  userInvited,
  userRegistered,
} from './user.events.js';
import { type AccountAccess, type Credentials, type NewUser, UsersRepository } from './users.repository.js';

@Injectable()
export class UsersService {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: UsersRepository,
    private readonly outbox: Outbox,
    private readonly roles: RolesService,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Registers a customer. `email` is normalized. If the address has an account, nothing is changed, its owner gets a mail, and the result
   * looks like that of a new account.
   */
  register(email: string, name: string, passwordHash: string, language: Language): Promise<User> {
    return this.tx.run(async () => {
      const { user, isNew, ownerId } = await this.repository.register({
        email,
        name,
        roles: ['customer'],
        passwordHash,
        language,
      });
      if (isNew) this.outbox.record(userRegistered(user));
      else if (ownerId) this.outbox.record(registrationRepeated(ownerId));
      return user;
    });
  }

  /** Makes the account of a customer whose address somebody else has confirmed, in the running transaction. @throws EmailTaken */
  async registerConfirmed(email: string, name: string): Promise<User> {
    const user = await this.repository.insert({ email, name, roles: ['customer'] });
    await this.repository.confirmEmail(user.id, email);
    this.outbox.record(userRegistered(user));
    return user;
  }

  /** Makes an account without a password, for staff. Somebody with a role in the shop gets an invitation. @throws EmailTaken, Forbidden */
  async create(caller: Caller, { email, name, roles = ['customer'] }: CreateUserDto): Promise<User> {
    await this.roles.assertExist(roles);
    await this.roles.assertHoldsAllOf(caller, roles);
    if (roles.some((role) => role !== 'customer')) assertRecentSignIn(caller);
    return this.tx.run(async () => {
      const user = this.audited(await this.repository.insert({ email, name, roles }));
      if (roles.some((role) => role !== 'customer')) this.outbox.record(userInvited(user));
      return user;
    });
  }

  /** Makes an account that can sign in, for operators. @throws EmailTaken */
  createWithPassword(user: NewUser & { readonly passwordHash: string }): Promise<User> {
    return this.tx.run(async () => this.audited(await this.repository.insert(user)));
  }

  /** Finds an account by e-mail address, ignoring case. */
  findByEmail(email: string): Promise<User | null> {
    return this.repository.findByEmail(normalizeEmail(email));
  }

  /** Replaces the password of an account, or sets the first one. A short one needs a second factor. `actorId`: its owner, unless an operator does it. */
  setPasswordHash(id: UserId, passwordHash: string, isShort = false, actorId?: UserId): Promise<void> {
    return this.tx.run(async () => {
      await this.repository.setPasswordHash(id, passwordHash, isShort);
      this.audit.record(passwordSet(id, actorId));
      this.outbox.record(accessChanged('password_changed', id));
    });
  }

  /** Ends the password of an account whose owner undid what somebody else did. A new one is set by mail. */
  endPassword(id: UserId): Promise<void> {
    return this.tx.run(async () => {
      await this.repository.setPasswordHash(id, null, false);
      this.audit.record(passwordEnded(id));
    });
  }

  /** Replaces the password hash unless it has changed since it was read. Returns whether it did. */
  changePasswordHash(id: UserId, before: string | null, after: string, isShort: boolean): Promise<boolean> {
    return this.tx.run(async () => {
      const replaced = await this.repository.replacePasswordHash(id, before, after, isShort);
      if (replaced) {
        this.audit.record(passwordSet(id, id));
        this.outbox.record(accessChanged('password_changed', id));
      }
      return replaced;
    });
  }

  /** Replaces the hash by another one of the same password, unless the password changes meanwhile. No session ends. */
  async upgradePasswordHash(id: UserId, before: string, after: string): Promise<void> {
    await this.tx.run(async () => {
      await this.repository.keepPassword();
      await this.repository.replacePasswordHash(id, before, after);
    });
  }

  /** Makes the account unless its e-mail address is taken; an existing account stays unchanged. For seeds. */
  ensure(user: NewUser): Promise<User> {
    return this.tx.run(async () => {
      await this.repository.insertIfNew(user);
      return present(await this.repository.findByEmail(user.email));
    });
  }

  async list({ limit, cursor, email, name }: ListUsersQuery): Promise<Page<User>> {
    const before = readCursor(cursor, ['id'])?.[0] as UserId | undefined;
    const users = await this.repository.list(limit + 1, { before, email, name });
    return pageOf(users, limit, ({ id }) => [id]);
  }

  /** @throws NotFound, also for somebody else's account without `users:read` */
  async read(caller: Caller, id: UserId): Promise<User> {
    assertOwnOr(caller, id, 'users:read', 'user');
    return present(await this.repository.find(id));
  }

  /** Changes the fields that are given. @throws NotFound, PreconditionFailed, AccountErased, Forbidden, OwnRoles, OwnStatus, LastAdmin, EmailTaken */
  change(caller: Caller, id: UserId, changes: ChangeUserDto, ifMatch?: string): Promise<User> {
    return this.tx.run(async () => {
      const user = present(await this.repository.lock(id));
      if (user.erasedAt) throw new AccountErased();
      assertMatches(ifMatch, user.version);
      await this.assertMayChange(caller, user, changes);
      if (isSensitive(user, changes)) assertRecentSignIn(caller);
      const { email = user.email, name = user.name, roles = user.roles, status = user.status } = changes;
      const { language = user.language } = changes;
      // The trigger forgets it as well; the row that is returned must say so.
      const emailVerifiedAt = email.toLowerCase() === user.email.toLowerCase() ? user.emailVerifiedAt : null;
      if (email !== user.email)
        this.outbox.record(emailChanged(user, await this.repository.keepFormerEmail(user, false)));
      const after = await this.repository.save({ ...user, email, emailVerifiedAt, name, language, roles, status });
      this.audit.record(userChanged(user, after));
      return after;
    });
  }

  /** Returns a person of whom the caller may read everything. @throws NotFound, AccountErased, Forbidden */
  async readPerson(caller: Caller, id: UserId): Promise<User> {
    return this.withinReach(caller, present(await this.repository.find(id)));
  }

  /** Locks an account whose personal data the caller may erase. @throws NotFound, AccountErased, Forbidden */
  async lockPerson(caller: Caller, id: UserId): Promise<User> {
    return this.withinReach(caller, present(await this.repository.lock(id)));
  }

  /** Takes from a locked account all that names its owner, in the running transaction. @throws LastAdmin */
  async erase({ id, version }: User): Promise<void> {
    await this.repository.erase(id);
    this.audit.record(erasure(id));
    this.outbox.record(userErased(id, version + 1));
  }

  /** Records that the owner of the account reads the mail of this address, if it still is the account's. */
  confirmEmail(id: UserId, email: string): Promise<boolean> {
    return this.tx.run(() => this.repository.confirmEmail(id, email));
  }

  hasVerifiedEmail(id: UserId): Promise<boolean> {
    return this.repository.hasVerifiedEmail(id);
  }

  exists(id: UserId): Promise<boolean> {
    return this.repository.exists(id);
  }

  /** Returns e-mail address, name and language of the accounts among `ids` that exist, in any order. */
  contacts(ids: readonly UserId[]): Promise<Contact[]> {
    return this.repository.contacts(ids);
  }

  /** Returns which access tokens of an account are valid, none when it does not exist, and what its roles allow. */
  async access(id: UserId): Promise<AccountAccess> {
    const stored = await this.repository.access(id);
    const nothing = { isActive: false, hasSecondFactor: false, permissions: new Set<never>() };
    if (!stored) return { version: Number.MAX_SAFE_INTEGER, ...nothing };
    const { roles, ...access } = stored;
    return { ...access, permissions: await this.roles.permissionsOf(roles) };
  }

  /** Returns what a sign-in checks, by e-mail address ignoring case; undefined for a disabled account. */
  credentials(email: string): Promise<Credentials | undefined> {
    return this.repository.credentials(email);
  }

  /** The same by id. */
  credentialsOf(id: UserId): Promise<Credentials | undefined> {
    return this.repository.credentialsOf(id);
  }

  private async withinReach(caller: Caller, user: User): Promise<User> {
    if (caller.userId !== user.id) await this.roles.assertHoldsAllOf(caller, user.roles);
    if (user.erasedAt) throw new AccountErased();
    return user;
  }

  private audited(user: User): User {
    this.audit.record(userCreated(user));
    return user;
  }

  /** The caller must hold all permissions that the account has now and all that it would get. */
  private async assertMayChange(caller: Caller, user: User, { roles, status }: ChangeUserDto): Promise<void> {
    const own = caller.userId === user.id;
    if (own && status && status !== user.status) throw new OwnStatus();
    if (!own) await this.roles.assertHoldsAllOf(caller, user.roles);
    if (!roles) return;
    if (own && roles.toSorted().join() !== user.roles.toSorted().join()) throw new OwnRoles();
    await this.roles.assertExist(roles);
    await this.roles.assertHoldsAllOf(caller, roles);
  }
}

function present(user: User | null): User {
  if (!user) throw new NotFound('user');
  return user;
}

/** Whether a change gives somebody access or takes it from them. */
function isSensitive(user: Readonly<User>, { email = user.email, roles, status }: ChangeUserDto): boolean {
  return email !== user.email || roles !== undefined || status !== undefined;
}
