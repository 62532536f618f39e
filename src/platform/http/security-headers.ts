import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import helmet from 'helmet';
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

/** Headers for programs that are gone (Internet Explorer, Flash) or for pages with content of others, which Till has not. */
const UNNEEDED = {
  originAgentCluster: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
} as const;

/** Headers that clients in browsers may read. */
const EXPOSED = [
  'ETag',
  'Idempotent-Replayed',
  'Link',
  'Location',
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
  const headers = headersOf(production);
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers(headers);
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
    credentials: http.cookieSessions,
    maxAge: PREFLIGHT_SECONDS,
  });
}

/** The headers are the same for every answer, so helmet makes them once: it would spend more than a tenth of a millisecond on each. */
function headersOf(production: boolean): Record<string, string> {
  const sample = new ServerResponse(new IncomingMessage(new Socket()));
  const setHeaders = helmet({
    contentSecurityPolicy: { useDefaults: false, directives: NOTHING },
    strictTransportSecurity: production && { maxAge: 31_536_000, includeSubDomains: false },
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    ...UNNEEDED,
  });
  setHeaders(sample.req, sample, (error) => {
    if (error) throw error as Error;
  });
  return sample.getHeaders() as Record<string, string>;
}
