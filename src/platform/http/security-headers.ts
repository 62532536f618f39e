import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/index.js';

/** What a browser may do with answers that are data: nothing. Pages of Till set their own policy. */
const NOTHING = {
  'default-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
} as const;
/** Swagger UI runs its own scripts, and has styles and pictures in its text. */
const DOCS_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Headers that clients in browsers may read. */
const EXPOSED = [
  'ETag',
  'Idempotent-Replayed',
  'Link',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'WWW-Authenticate',
  'X-Request-Id',
];
/** How long a browser may remember which requests are allowed, in seconds. */
const PREFLIGHT_SECONDS = 600;

/**
 * Sets the security headers of every answer (OWASP ASVS 5.0, V3.4), and lets scripts of the listed origins read answers (CORS). Without
 * origins, no script of another origin can.
 */
export async function secureHeaders(fastify: FastifyInstance, { production, http }: Config): Promise<void> {
  await fastify.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: NOTHING },
    strictTransportSecurity: production && { maxAge: 31_536_000, includeSubDomains: false },
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    if (/^\/docs(?:[/?]|$)/.test(request.url)) void reply.header('Content-Security-Policy', DOCS_POLICY);
    // Answers to a known caller are for nobody else.
    if (request.headers.authorization !== undefined) void reply.header('Cache-Control', 'no-store');
    done();
  });
  if (http.corsOrigins.length === 0) return;
  await fastify.register(cors, {
    origin: [...http.corsOrigins],
    methods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
    exposedHeaders: EXPOSED,
    maxAge: PREFLIGHT_SECONDS,
  });
}
