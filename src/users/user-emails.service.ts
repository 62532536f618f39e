import { Injectable } from '@nestjs/common';
import { AuditLog } from '../platform/audit/index.js';
import { Transaction } from '../platform/database/index.js';
import { Outbox } from '../platform/outbox/index.js';
import { NotFound } from '../shared/errors.js';
import type { UserId } from '../shared/ids.js';
import { FormerEmailsRepository } from './former-emails.repository.js';
import type { User } from './user.entity.js';
import { emailChanged } from './user.events.js';
import { emailReplaced } from './users-audit.js';
import { UsersRepository } from './users.repository.js';

/** Addresses that people give their accounts themselves, once they have shown that they read their mail. */
@Injectable()
export class UserEmailsService {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: UsersRepository,
    private readonly former: FormerEmailsRepository,
    private readonly outbox: Outbox,
    private readonly audit: AuditLog,
  ) {}

  /** Gives an account a confirmed address. The one before may take it back if it was confirmed. @throws NotFound, EmailTaken */
  replace(id: UserId, email: string): Promise<void> {
    return this.tx.run(async () => {
      const user = await this.lock(id);
      const former = await this.repository.keepFormerEmail(user, user.emailVerifiedAt !== null);
      await this.give(user, email);
      this.audit.record(emailReplaced('changed', id));
      this.outbox.record(emailChanged(user, former));
    });
  }

  /** Returns when an account lost an address that it may still be taken back to. */
  lostAt(id: UserId, email: string): Promise<Date> {
    return this.tx.run(() => this.former.lostAt(id, email));
  }

  /** Takes an account back to an address that it had, and from whoever knows its password. @throws NotFound, EmailTaken */
  restore(id: UserId, email: string): Promise<void> {
    return this.tx.run(async () => {
      const user = await this.lock(id);
      await this.former.close(id, email);
      await this.give(user, email);
      await this.repository.setPasswordHash(id, null, false);
      this.audit.record(emailReplaced('restored', id));
    });
  }

  private async give(user: User, email: string): Promise<void> {
    await this.repository.save({ ...user, email, emailVerifiedAt: null });
    await this.repository.confirmEmail(user.id, email);
  }

  private async lock(id: UserId): Promise<User> {
    const user = await this.repository.lock(id);
    if (user?.status !== 'active') throw new NotFound('user');
    return user;
  }
}
