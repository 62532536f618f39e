import { UnsupportedMediaTypeException } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Takes, termsOf } from '../routes/index.js';

/** The content type that replaces the one of a raw body, because Fastify chooses the parser by it. */
const RAW = 'application/vnd.till.raw';

/** The route takes a body of any content type as the received bytes (a Buffer), because a signature covers exactly these. */
export const RawBody = () => Takes({ rawBody: true });

/** Returns the bytes of a request to a `RawBody` route. */
export function rawBodyOf({ body }: FastifyRequest): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

/** Gives `RawBody` routes their bytes. Every other route still refuses bodies that are not JSON. */
export function serveRawBodies(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (isRaw(request)) request.headers['content-type'] = RAW;
    done();
  });
  fastify.addContentTypeParser(RAW, { parseAs: 'buffer' }, (request, body, done) => {
    if (isRaw(request)) done(null, body);
    else done(new UnsupportedMediaTypeException('Till takes application/json here.'));
  });
}

function isRaw(request: FastifyRequest): boolean {
  return termsOf(request).rawBody === true;
}
