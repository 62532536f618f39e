import type { Type } from '@nestjs/common';
import type { FastifyInstance, onRequestHookHandler } from 'fastify';
import type { EarlyAnswers, RouteTerms } from '../routes/index.js';

/**
 * Lets a public route (`@Public({ early })`) answer strangers from memory, before Nest's guards, pipes and handler. Guards decide by the
 * caller, and without a token there is none, so on a public route they would let the request pass. Whatever concerns every request comes
 * before, as hooks of the server: overload, the rate limit of the address, forbidden content, `Accept`; or after: conditional headers, the
 * line of the log, metrics. `provided` returns the instance of a class.
 */
export function answerEarly(fastify: FastifyInstance, provided: (type: Type<EarlyAnswers>) => EarlyAnswers): void {
  fastify.addHook('onRoute', (route) => {
    const { early } = (route.config ?? {}) as RouteTerms;
    if (early === undefined || route.method !== 'GET') return;
    let answers: EarlyAnswers | undefined;
    // The hooks of a route come after those of the server.
    const hook: onRequestHookHandler = (request, reply, done) => {
      answers ??= provided(early);
      // A token in a cookie is in this header by now.
      const isStranger = request.headers.authorization === undefined;
      if (!isStranger || !answers.answer(request, reply)) done();
    };
    route.onRequest = [...[route.onRequest ?? []].flat(), hook];
  });
}
