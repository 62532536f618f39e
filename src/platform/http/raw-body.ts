import { UnsupportedMediaTypeException } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Takes, termsOf } from '../routes/index.js';

/** What the content type of every body of such a route becomes, since Fastify chooses a parser by that alone. */
const RAW = 'application/vnd.till.raw';

/** The route takes a body of any content type, as the bytes that came (a Buffer): a signature is over exactly those. */
export const RawBody = () => Takes({ rawBody: true });

/** The bytes of a `RawBody` route's request. */
export function rawBodyOf({ body }: FastifyRequest): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

/** Lets `RawBody` routes have their bytes; every other route refuses what is not JSON, as before. */
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
