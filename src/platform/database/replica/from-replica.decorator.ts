import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { ReplicaReads } from './replica-reads.js';

@Injectable()
class ReplicaInterceptor implements NestInterceptor {
  constructor(private readonly replica: ReplicaReads) {}

  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return from(this.replica.read(() => lastValueFrom(next.handle())));
  }
}

/** Marks a handler that only reads: a replica serves it, where there is one. */
export function FromReplica(): MethodDecorator & ClassDecorator {
  return UseInterceptors(ReplicaInterceptor);
}
