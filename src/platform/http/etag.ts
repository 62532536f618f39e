import { createHash } from 'node:crypto';
import { SetMetadata } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../../shared/errors.js';

class PreconditionFailed extends DomainError {
  readonly code = 'precondition_failed';
  readonly kind = 'precondition_failed';

  constructor(sent: string, present: string) {
    super(`If-Match asks for ${sent}, but the resource is at ${present} now. Read it again and repeat the change.`);
  }
}

const ETAG = Symbol('etag');

/** The handler responds by `answerWithETag`, for the API's description. */
export const SendsETag = () => SetMetadata(ETAG, true);

/** Whether the handler responds by `answerWithETag`. */
export function sendsETag(handler: object): boolean {
  return Reflect.getMetadata(ETAG, handler) === true;
}

/**
 * Responds with a single resource and its strong `ETag`, or with 304 without a body if `If-None-Match` matches (RFC 9110, sections
 * 8.8.3 and 13.1.2). The tag begins with the version, which `If-Match` compares.
 */
export function answerWithETag<T extends object>(
  body: T,
  version: number,
  request: FastifyRequest,
  reply: FastifyReply,
): T | undefined {
  const tag = tagOf(JSON.stringify(body), version);
  void reply.header('ETag', tag);
  if (!isKnown(request.headers['if-none-match'], tag)) return body;
  void reply.status(304);
  return undefined;
}

/**
 * Refuses a change of another version of the resource (RFC 9110, section 13.1.1). Accepts weak tags: a proxy that compresses the body
 * makes our tag weak, and the version in it is still the one that was read.
 * @throws PreconditionFailed (412)
 */
export function assertMatches(ifMatch: string | undefined, version: number): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return;
  const versions = ifMatch.split(',').map((tag) => /^\s*(?:W\/)?"(\d+)(?:-[\w-]*)?"\s*$/.exec(tag)?.[1]);
  if (!versions.includes(String(version))) throw new PreconditionFailed(ifMatch, `version ${version}`);
}

/** Returns the strong tag of a body and its version. */
export const tagOf = (body: string, version: number): string => `"${version}-${digestOf(body)}"`;

/** Returns 96 bits of a digest of the body: two states of a resource never share them by chance. */
export function digestOf(body: string): string {
  return createHash('sha1').update(body).digest('base64url').slice(0, 16);
}

/** Whether `If-None-Match` lists the tag, weakly compared (RFC 9110, section 13.1.2). */
export function isKnown(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || header.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === tag);
}
