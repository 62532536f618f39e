import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { accessOf, type Caller, isBeforeSecondFactor } from '../../platform/access/index.js';
import { Config } from '../../platform/config/index.js';
import { authSettings } from '../auth.settings.js';
import { SecondFactorRequired } from './second-factors.errors.js';

/**
 * Where the setting asks for it, lets staff who have no second factor do nothing but add one. Customers have no permissions; whoever has
 * one is staff.
 */
@Injectable()
export class StaffFactorGuard implements CanActivate {
  private readonly isRequired: boolean;

  constructor(
    private readonly reflector: Reflector,
    config: Config,
  ) {
    this.isRequired = config.of(authSettings).staffSecondFactorRequired;
  }

  /** @throws SecondFactorRequired */
  canActivate(context: ExecutionContext): boolean {
    const { user } = context.switchToHttp().getRequest<{ user?: Caller }>();
    if (!user || !this.lacksFactor(user)) return true;
    const access = accessOf(this.reflector, context);
    const isPublic = access?.kind === 'public' && !access.perField;
    const isOpen = isPublic || isBeforeSecondFactor(this.reflector, context);
    if (!isOpen) throw new SecondFactorRequired();
    return true;
  }
  /** @throws SecondFactorRequired */
  assertHasFactor(caller: Caller): void {
    if (this.lacksFactor(caller)) throw new SecondFactorRequired();
  }

  private lacksFactor({ hasSecondFactor, apiKey, permissions }: Caller): boolean {
    return this.isRequired && !hasSecondFactor && !apiKey && permissions.size > 0;
  }
}
