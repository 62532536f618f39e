import { isUtf8 } from 'node:buffer';
import { BadRequestException, UnsupportedMediaTypeException } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/**
 * Reads JSON bodies in UTF-8 (RFC 8259, section 8.1). Refuses other encodings instead of storing replacement characters. A JSON content
 * type without content counts as no body: routes that need one report what is missing.
 */
export function readJsonBodies(fastify: FastifyInstance): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeContentTypeParser('application/json');
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (body.length === 0) return done(null, undefined);
    if (!isUtf8(body)) return done(new BadRequestException('The body is not UTF-8, which JSON must be.'));
    return parse(request, body.toString('utf8'), done);
  });
}

/** Returns the problem with the body's encoding: a charset or a content coding that Till does not read (415). */
export function unreadableBody({ headers }: Pick<FastifyRequest, 'headers'>): Error | undefined {
  const coding = headers['content-encoding']?.trim().toLowerCase();
  if (coding && coding !== 'identity') {
    return new UnsupportedMediaTypeException(`Till reads no body with Content-Encoding: ${coding}; send it as it is.`);
  }
  const type = headers['content-type'] ?? '';
  const charset = /^application\/json\s*;.*?\bcharset\s*=\s*"?([^\s";]*)/i.exec(type)?.[1];
  if (charset === undefined || /^utf-?8$/i.test(charset)) return undefined;
  return new UnsupportedMediaTypeException(`Till reads JSON in UTF-8, not in ${charset}.`);
}
