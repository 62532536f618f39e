import { isUtf8 } from 'node:buffer';
import { BadRequestException, UnsupportedMediaTypeException } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/**
 * Reads JSON bodies as RFC 8259 (section 8.1) has them: UTF-8, and nothing else. What is not is refused rather than stored
 * with replacement characters. A JSON content type without a body is no body: routes that need one say what is missing.
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

/** What is wrong with the way the body is written: a charset or a content coding that Till does not read (415). */
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
