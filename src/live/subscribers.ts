import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CallerIdentification } from '../auth/index.js';
import { assertPermitted, type Caller } from '../platform/access/index.js';
import { encodeId } from '../shared/ids.js';
import type { Subscriber } from './live-event.js';
import type { LiveQuery } from './dto/live.query.js';

/** Who may connect, and how it is found out later whether they still may. */
@Injectable()
export class Subscribers {
  constructor(private readonly callers: CallerIdentification) {}

  /** Returns the caller that a token names, if they may connect. @throws Forbidden, SecondFactorRequired */
  async identify(request: FastifyRequest, token: string): Promise<Caller | undefined> {
    const caller = await this.callers.identify(request, `Bearer ${token}`);
    if (caller) this.assertMayConnect(caller);
    return caller;
  }

  /** @throws Forbidden for an API key without `events:read`, SecondFactorRequired */
  assertMayConnect(caller: Caller): void {
    if (caller.apiKey) assertPermitted(caller, 'events:read');
    this.callers.assertHasFactor(caller);
  }

  /** A key has no session to ask for: it is looked up again, as for each request. */
  of(caller: Caller, { types, orderId }: LiveQuery, request: FastifyRequest, token?: string): Subscriber {
    const authorization = token === undefined ? request.headers.authorization! : `Bearer ${token}`;
    const recheck = () => this.callers.identify(request, authorization);
    const order = orderId && encodeId('ord', orderId);
    return { caller, types, orderId: order, ...(caller.apiKey && { recheck }) };
  }
}
