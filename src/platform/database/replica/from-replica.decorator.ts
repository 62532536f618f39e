import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  SetMetadata,
  UseInterceptors,
} from '@nestjs/common';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { ReplicaReads } from './replica-reads.js';

type Query = Readonly<Record<string, unknown>>;

const UNLESS = Symbol('unless');

@Injectable()
class ReplicaInterceptor implements NestInterceptor {
  constructor(private readonly replica: ReplicaReads) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const unless = Reflect.getMetadata(UNLESS, context.getHandler()) as ((query: Query) => boolean) | undefined;
    if (unless?.(context.switchToHttp().getRequest<{ query: Query }>().query)) return next.handle();
    return from(this.replica.read(() => lastValueFrom(next.handle())));
  }
}

/** Marks a handler that only reads: a replica serves it, where there is one, except for queries of which `unless` holds. */
export function FromReplica(unless?: (query: Query) => boolean): MethodDecorator {
  return applyDecorators(SetMetadata(UNLESS, unless), UseInterceptors(ReplicaInterceptor));
}
