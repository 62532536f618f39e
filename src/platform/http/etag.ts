import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../../shared/errors.js';

class PreconditionFailed extends DomainError {
  readonly code = 'precondition_failed';
  readonly kind = 'precondition_failed';

  constructor(sent: string, present: string) {
    super(`If-Match asks for ${sent}, but the resource is at ${present} now. Read it again and repeat the change.`);
  }
}

/**
 * Answers a single resource with its strong `ETag`, and 304 without a body when `If-None-Match` names it
 * (RFC 9110, sections 8.8.3 and 13.1.2). The tag begins with the version, which is what `If-Match` compares.
 */
export function answerWithETag<T extends object>(
  body: T,
  version: number,
  request: FastifyRequest,
  reply: FastifyReply,
): T | undefined {
  const digest = createHash('sha1').update(JSON.stringify(body)).digest('base64url').slice(0, 16);
  const tag = `"${version}-${digest}"`;
  void reply.header('ETag', tag);
  if (!listed(request.headers['if-none-match'], tag)) return body;
  void reply.status(304);
  return undefined;
}

/**
 * Refuses a change that was made for another version of the resource (RFC 9110, section 13.1.1). A weak tag counts too: a
 * proxy that compresses the body makes one of ours, and the version in it is what was read.
 * @throws PreconditionFailed (412)
 */
export function assertMatches(ifMatch: string | undefined, version: number): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return;
  const versions = ifMatch.split(',').map((tag) => /^\s*(?:W\/)?"(\d+)(?:-[\w-]*)?"\s*$/.exec(tag)?.[1]);
  if (!versions.includes(String(version))) throw new PreconditionFailed(ifMatch, `version ${version}`);
}

function listed(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || header.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === tag);
}
