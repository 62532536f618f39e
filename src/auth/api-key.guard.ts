import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ApiKeyAccess, ApiKeyRefused } from '../api-keys/index.js';
import type { Caller } from '../platform/access/index.js';
import { currentRequest } from '../platform/logging/index.js';
import { clientAddress } from '../platform/throttling/index.js';
import { AccountVersions } from './account-versions.js';
import { bearerToken } from './bearer-token.js';
import type { AuthenticatedRequest } from './jwt-auth.guard.js';

/** Identifies machines by their API keys. Like `JwtAuthGuard`, it refuses nobody. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly keys: ApiKeyAccess,
    private readonly accounts: AccountVersions,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const token = bearerToken(request.headers.authorization);
    if (token === undefined || !this.keys.isKey(token)) return true;
    return this.identify(token, context);
  }

  private async identify(token: string, context: ExecutionContext): Promise<true> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const caller = await this.callerOf(token, clientAddress(request)).catch((error: unknown) => {
      if (!(error instanceof ApiKeyRefused)) throw error;
      request.authInfo = error;
    });
    if (!caller) return true;
    request.user = caller;
    const served = currentRequest();
    if (served) Object.assign(served, { callerId: caller.userId, apiKeyId: caller.apiKey?.id });
    return true;
  }

  /** A key may do what its scopes and its owner's present rights both allow. @throws ApiKeyRefused */
  private async callerOf(token: string, address: string): Promise<Caller> {
    const { id, ownerId, scopes, requestsPerMinute } = await this.keys.find(token, address);
    const owner = await this.accounts.findActive(ownerId);
    if (!owner) throw new ApiKeyRefused('The account that this API key belongs to is disabled.');
    const permissions = new Set(scopes.filter((scope) => owner.permissions.has(scope)));
    return { userId: ownerId, permissions, apiKey: { id, requestsPerMinute: requestsPerMinute ?? undefined } };
  }
}
