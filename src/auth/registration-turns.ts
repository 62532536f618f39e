import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { signInAddress } from '../platform/throttling/index.js';
import { HASHES_AT_ONCE, WAITING_ROOM } from './password-hasher.js';
import { ConcurrencyLimit } from '../shared/concurrency-limit.js';

/**
 * Limits how many registrations run at a time. With an Idempotency-Key, a registration runs in one transaction, including
 * the slow hash, so many of them would take every database connection; this interceptor runs outside that transaction. A
 * place becomes free when the work ends, even if the client has disconnected.
 */
@Injectable()
export class RegistrationTurns implements NestInterceptor {
  private readonly turns = new ConcurrencyLimit(HASHES_AT_ONCE + 1, WAITING_ROOM);

  /** @throws Overloaded */
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const address = signInAddress(context.switchToHttp().getRequest<FastifyRequest>());
    return from(this.turns.run(() => lastValueFrom(next.handle()), address));
  }
}
