import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { signInAddress } from '../platform/throttling/index.js';
import { HASHES_AT_ONCE, WAITING_ROOM } from './password-hasher.js';
import { ConcurrencyLimit } from './turns.js';

/**
 * Lets few registrations run at a time. With an Idempotency-Key they run in a transaction from start to end, the slow
 * hash included, and a crowd of them would hold every connection to the database; so this goes around that. A turn ends
 * with the work, whether or not anybody reads its answer.
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
