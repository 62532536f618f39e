import { Injectable } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../platform/access/index.js';
import { ApiKeyGuard } from './api-key.guard.js';
import { type AuthenticatedRequest, JwtAuthGuard } from './jwt-auth.guard.js';
import { StaffFactorGuard } from './second-factors/staff-factor.guard.js';

/** Identifies a caller by the guards of requests, for a token that comes later than the headers of its request. */
@Injectable()
export class CallerIdentification {
  constructor(
    private readonly keys: ApiKeyGuard,
    private readonly tokens: JwtAuthGuard,
    private readonly factors: StaffFactorGuard,
  ) {}

  /** Returns the caller that an `Authorization` header names, if it is valid now, as for a request from the same client. */
  async identify(request: FastifyRequest, authorization: string): Promise<Caller | undefined> {
    const asked = Object.create(request, {
      headers: { value: { ...request.headers, authorization } },
      user: { value: undefined, writable: true },
      authInfo: { value: undefined, writable: true },
    }) as AuthenticatedRequest;
    const context = new ExecutionContextHost([asked, {}]);
    await this.keys.canActivate(context);
    await this.tokens.canActivate(context);
    return asked.user;
  }

  /** @throws SecondFactorRequired if the caller is of the staff and has no second factor, where one is required */
  assertHasFactor(caller: Caller): void {
    this.factors.assertHasFactor(caller);
  }
}
