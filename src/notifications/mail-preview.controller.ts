import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../platform/access/index.js';
import { NotFound } from '../shared/errors.js';
import { type Language, languages } from '../shared/languages.js';
import { samples } from './mail-samples.js';
import { mailKinds } from './templates/mail-kinds.js';

/** Examples of all mails, for whoever works on their words. In development alone. */
@ApiExcludeController()
@Public({ ignoresToken: true })
@Controller('dev/mail')
export class MailPreviewController {
  /** All of them, as links. */
  @Get()
  list(@Res() reply: FastifyReply): void {
    const links = mailKinds.map((kind) => `<li>${kind}: ${languages.map((one) => linksOf(kind, one)).join(' ')}</li>`);
    send(reply, `<!doctype html><html lang="en"><title>Mails</title><h1>Mails</h1><ul>${links.join('')}</ul></html>`);
  }

  /** One of them, as HTML or, with `?format=text`, as text. @throws NotFound */
  @Get(':kind/:language')
  show(
    @Param('kind') kind: string,
    @Param('language') language: string,
    @Query('format') format: string | undefined,
    @Res() reply: FastifyReply,
  ): void {
    const [known, spoken] = [mailKinds.find((one) => one === kind), languages.find((one) => one === language)];
    if (!known || !spoken) throw new NotFound('mail');
    const { subject, text, html } = samples[known]({ name: 'Ada', language: spoken });
    if (format === 'text') void reply.header('Content-Type', 'text/plain; charset=utf-8').send(`${subject}\n\n${text}`);
    else send(reply, html);
  }
}

/** The page runs no script and loads nothing; mails bring their own styles. */
const HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  'Cache-Control': 'no-store',
} as const;

const linksOf = (kind: string, language: Language) =>
  `<a href="/dev/mail/${kind}/${language}">${language}</a> (<a href="/dev/mail/${kind}/${language}?format=text">text</a>)`;

function send(reply: FastifyReply, html: string): void {
  void reply.headers(HEADERS).send(html);
}
