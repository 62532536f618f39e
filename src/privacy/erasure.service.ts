import { Injectable } from '@nestjs/common';
import { PasswordsService } from '../auth/index.js';
import type { Caller } from '../platform/access/index.js';
import { Transaction } from '../platform/database/index.js';
import type { UserId } from '../shared/ids.js';
import { UsersService } from '../users/index.js';
import { ErasureRepository } from './erasure.repository.js';
import { ErasureBlocked, OwnErasure } from './privacy.errors.js';

/** Erases the personal data of accounts. What bookkeeping needs stays, and names nobody. */
@Injectable()
export class ErasureService {
  constructor(
    private readonly tx: Transaction,
    private readonly users: UsersService,
    private readonly passwords: PasswordsService,
    private readonly repository: ErasureRepository,
  ) {}

  /** For the person. @throws ValidationFailed for a wrong password, RateLimited, and what `erase` throws */
  async eraseOwn(caller: Caller, password: string, address: string): Promise<void> {
    await this.passwords.confirm(caller.userId, password, address);
    await this.eraseAccount(caller, caller.userId);
  }

  /** For somebody else. @throws NotFound, Forbidden, OwnErasure, AccountErased, ErasureBlocked */
  async erase(caller: Caller, id: UserId): Promise<void> {
    if (caller.userId === id) throw new OwnErasure();
    await this.eraseAccount(caller, id);
  }

  /**
   * The lock of the account makes new orders and sign-ins wait. Sign-ins then fail; of an order that slips through, the worker takes the
   * personal data once it has ended.
   */
  private eraseAccount(caller: Caller, id: UserId): Promise<void> {
    return this.tx.run(async () => {
      const user = await this.users.lockPerson(caller, id);
      const blockers = await this.repository.blockers(id);
      if (Object.values(blockers).some((count) => count > 0)) throw new ErasureBlocked(blockers);
      await this.users.erase(user);
      await this.repository.eraseByEmail(user.email);
      await this.repository.erase(id);
    });
  }
}
