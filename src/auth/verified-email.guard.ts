import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { LRUCache } from 'lru-cache';
import { type Caller, needsVerifiedEmail } from '../platform/access/index.js';
import { Config } from '../platform/config/index.js';
import type { UserId } from '../shared/ids.js';
import { UsersService } from '../users/index.js';
import { EmailNotVerified } from './auth.errors.js';
import { authSettings } from './auth.settings.js';

/** How long a confirmed address counts as confirmed without another read, in milliseconds. */
const FRESH_MS = 15_000;
const CAPACITY = 20_000;

/**
 * Refuses customers whose address is not confirmed, on routes with `@RequireVerifiedEmail()` and where the setting asks for it. Staff, who
 * act for others, are not asked.
 */
@Injectable()
export class VerifiedEmailGuard implements CanActivate {
  private readonly isRequired: boolean;
  private readonly verified = new LRUCache<UserId, true>({ max: CAPACITY, ttl: FRESH_MS, ttlResolution: 0 });

  constructor(
    private readonly reflector: Reflector,
    private readonly users: UsersService,
    config: Config,
  ) {
    this.isRequired = config.of(authSettings).verifiedEmailRequired;
  }

  /** @throws EmailNotVerified */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (!this.isRequired || !needsVerifiedEmail(this.reflector, context)) return true;
    const { user } = context.switchToHttp().getRequest<{ user?: Caller }>();
    if (!user || user.permissions.has('orders:write') || this.verified.has(user.userId)) return true;
    return this.verify(user.userId);
  }

  private async verify(userId: UserId): Promise<true> {
    if (!(await this.users.hasVerifiedEmail(userId))) throw new EmailNotVerified();
    this.verified.set(userId, true);
    return true;
  }
}
