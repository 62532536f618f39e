import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../platform/access/index.js';
import { Config } from '../../platform/config/index.js';
import { NotFound } from '../../shared/errors.js';
import { type PageFile, readPageFiles } from './page-files.js';

/**
 * Its own scripts and styles alone, requests to its own host alone, no markup from texts (Trusted Types), and no frame around it. A QR code is a
 * picture of a `data:` URL.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  'img-src data:',
  "connect-src 'self'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page for one's own security. It has no rights of its own: all that it does are requests to the API. */
@ApiExcludeController()
@Public({ ignoresToken: true })
@Controller('account')
export class AccountPageController {
  private readonly files: ReadonlyMap<string, PageFile>;

  constructor({ http }: Config) {
    this.files = readPageFiles(http.cookieSessions);
  }

  @Get()
  page(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    send(this.files.get('index.html')!, request, reply);
  }

  @Get(':file')
  file(@Param('file') name: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const file = this.files.get(name);
    if (!file) throw new NotFound('file');
    send(file, request, reply);
  }
}

/** Browsers ask each time whether their copy is still right, so that an update reaches all files at once. */
function send({ body, type, etag }: PageFile, request: FastifyRequest, reply: FastifyReply): void {
  void reply.headers({ 'Content-Security-Policy': POLICY, 'Cache-Control': 'no-cache', ETag: etag });
  if (request.headers['if-none-match'] === etag) void reply.status(304).send();
  else void reply.type(type).send(body);
}
