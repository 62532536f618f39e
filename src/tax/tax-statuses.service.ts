import { Injectable } from '@nestjs/common';
import { Clock } from '../shared/clock.js';
import { Forbidden, NotFound } from '../shared/errors.js';
import { encodeId, type UserId } from '../shared/ids.js';
import { assertOwnOr, assertRecentSignIn, type Caller, isOwn } from '../platform/access/index.js';
import { AuditLog } from '../platform/audit/index.js';
import { Config } from '../platform/config/index.js';
import { Transaction } from '../platform/database/index.js';
import { changeTaxStatus, needsGrant, noStatus, type TaxStatusChange } from './domain/tax-status-change.js';
import type { TaxStatusEntity } from './tax-status.entity.js';
import { taxStatusChanged } from './tax-statuses-audit.js';
import { TaxStatusesRepository } from './tax-statuses.repository.js';

/** A tax status as one reader may see it: who decided is for the staff. */
export interface SeenTaxStatus {
  readonly userId: UserId;
  readonly status: Omit<TaxStatusEntity, 'userId' | 'createdAt' | 'updatedAt'>;
  readonly forStaff: boolean;
}

/** What of customers changes the tax of their orders. Customers name their VAT id; staff confirm it and grant exemptions. */
@Injectable()
export class TaxStatusesService {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: TaxStatusesRepository,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly audit: AuditLog,
  ) {}

  /** @throws NotFound also for another person's account without `tax_statuses:read` */
  async read(caller: Caller, userId: UserId): Promise<SeenTaxStatus> {
    assertOwnOr(caller, userId, 'tax_statuses:read', 'user');
    if (!(await this.repository.isKnown(userId))) throw new NotFound('user', encodeId('usr', userId));
    return this.seen(caller, userId, (await this.repository.find(userId)) ?? noStatus);
  }

  /**
   * Changes a tax status. Orders keep the taxes they have.
   * @throws NotFound, Forbidden for an exemption or a confirmation without `tax_statuses:write` or for oneself, RecentSignInRequired, ValidationFailed
   */
  change(caller: Caller, userId: UserId, change: TaxStatusChange): Promise<SeenTaxStatus> {
    this.assertMayChange(caller, userId, change);
    return this.tx.run(async () => {
      if (!(await this.repository.isKnown(userId, true))) throw new NotFound('user', encodeId('usr', userId));
      const before = (await this.repository.lock(userId)) ?? noStatus;
      const after = changeTaxStatus(before, change, { actorId: caller.userId, now: this.clock.now() });
      if (after === before) return this.seen(caller, userId, before);
      const saved = await this.repository.save(userId, after);
      this.audit.record(taxStatusChanged(userId, before, after));
      return this.seen(caller, userId, saved);
    });
  }

  /** Nobody decides about themselves, whatever they may do. */
  private assertMayChange(caller: Caller, userId: UserId, change: TaxStatusChange): void {
    assertOwnOr(caller, userId, 'tax_statuses:write', 'user');
    if (!isOwn(caller, userId)) assertRecentSignIn(caller, this.config.staffSignInSeconds);
    if (needsGrant(change) && (caller.userId === userId || !caller.permissions.has('tax_statuses:write')))
      throw new Forbidden('tax_statuses:write');
  }

  private seen(caller: Caller, userId: UserId, status: SeenTaxStatus['status']): SeenTaxStatus {
    return { userId, status, forStaff: caller.permissions.has('tax_statuses:read') };
  }
}
