import path from 'node:path';
import { Controller, Get, Header, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequirePermission } from '../access/index.js';
import { Takes } from '../routes/index.js';
import { QueueBoard, ROOT } from './queue-board.js';

/** Its own scripts and calls; styles in its texts. */
const POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'";
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
};

/** bull-board, for reading alone. It has no route that changes anything. */
@ApiExcludeController()
@RequirePermission('dead_letters:write')
@Controller(ROOT.slice(1))
export class QueueBoardController {
  constructor(private readonly board: QueueBoard) {}

  @Get(['', 'metrics-history', 'job-schedulers', 'queue/*'])
  @Takes({ listener: 'admin', media: ['text/html'] })
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', POLICY)
  page(@Req() request: FastifyRequest): Promise<string> {
    return this.board.page(placeOf(request) || '/');
  }

  @Get('static/*')
  @Takes({ listener: 'admin', media: Object.values(TYPES) })
  async file(@Req() request: FastifyRequest): Promise<StreamableFile> {
    const place = placeOf(request);
    return new StreamableFile(await this.board.file(place), { type: TYPES[path.extname(place)] ?? 'text/plain' });
  }

  @Get('api/*')
  @Takes({ listener: 'admin' })
  async read(
    @Req() request: FastifyRequest,
    @Query() query: Readonly<Record<string, string>>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    const { status, body } = await this.board.read(placeOf(request), query);
    void reply.status(status);
    return body;
  }
}

/** The path below the root of the board, decoded, without an oblique at its end. */
function placeOf({ url }: FastifyRequest): string {
  return decodeURIComponent(url.split('?', 1)[0]!.slice(ROOT.length)).replace(/\/$/, '');
}
