import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type Caller, CurrentCaller, PerField } from '../platform/access/index.js';
import { Takes } from '../platform/routes/index.js';
import { QueryDto } from './dto/query.dto.js';
import { QueryRefused } from './graphql.errors.js';
import { GraphqlService } from './graphql.service.js';
import { PersistedQueries } from './persisted-queries.js';

/** Reads by GraphQL. Each field says who may read it, by the decorators of routes. */
@ApiExcludeController()
@Controller('graphql')
export class GraphqlController {
  constructor(
    private readonly graphql: GraphqlService,
    private readonly persisted: PersistedQueries,
  ) {}

  @Post()
  @HttpCode(200)
  @PerField()
  @Takes({ bodyLimit: 32 * 1024, priority: 'list' })
  async query(
    @Body() { query: sent, operationName, variables, extensions }: QueryDto,
    @CurrentCaller() caller: Caller | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    try {
      const query = this.persisted.textOf({ query: sent ?? undefined, hash: hashIn(extensions) });
      const answer = await this.graphql.run(
        { query, operationName: operationName ?? undefined, variables: variables ?? {} },
        caller,
      );
      this.persisted.keep(query);
      return answer;
    } catch (error) {
      if (!(error instanceof QueryRefused)) throw error;
      // Clients of persisted queries send the text when they read this, whatever the status.
      if (error.code !== 'persisted_query_not_found') void reply.status(400);
      return { errors: [{ message: error.message, extensions: { code: error.code } }] };
    }
  }
}

/** The hash of a persisted query, if the request has one. */
function hashIn(extensions: QueryDto['extensions']): string | undefined {
  const persisted = extensions?.['persistedQuery'];
  const hash = (persisted as { readonly sha256Hash?: unknown } | null | undefined)?.sha256Hash;
  return typeof hash === 'string' ? hash.toLowerCase() : undefined;
}
