import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  type Type,
  UseInterceptors,
} from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { FromReplica } from '../database/index.js';
import { PageOf } from './page-of.js';
import { type Page, presentPage } from './pagination.js';

type ListHandler<T> = (...args: never[]) => Promise<Page<T>>;

interface ListOptions<V> {
  /** The type of a page that has more members than `PageOf(view)`. */
  readonly page?: Type<Page<V>>;
  /** Whether the primary must serve this query. */
  readonly fromPrimary?: (query: Readonly<Record<string, unknown>>) => boolean;
}

/**
 * Marks a handler that returns a page of rows: the client gets a page of views, each made by `present`, and the `Link`
 * header (RFC 8288) where there is a next page. A replica serves it, where there is one.
 */
export function Lists<T, V>(
  view: Type<V>,
  present: (row: T) => V,
  { page = PageOf(view), fromPrimary }: ListOptions<V> = {},
): (target: object, name: string, handler: TypedPropertyDescriptor<ListHandler<T>>) => void {
  return applyDecorators(
    ApiOkResponse({ type: page }),
    FromReplica(fromPrimary),
    UseInterceptors(new PagePresenter(present)),
  );
}

class PagePresenter<T, V> implements NestInterceptor<Page<T>, Page<V>> {
  constructor(private readonly present: (row: T) => V) {}

  intercept(context: ExecutionContext, next: CallHandler<Page<T>>): Observable<Page<V>> {
    const http = context.switchToHttp();
    const [request, reply] = [http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>()];
    return next.handle().pipe(map((page) => presentPage(page, this.present, request, reply)));
  }
}
