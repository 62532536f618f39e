import { Controller, Get, Headers, MethodNotAllowedException, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Caller, CurrentCaller, OwnOr, Public } from '../platform/access/index.js';
import { Config } from '../platform/config/index.js';
import { assertSameSite, upgradeOf, usesCookies } from '../platform/http/index.js';
import { Takes } from '../platform/routes/index.js';
import { LiveQuery } from './dto/live.query.js';
import { EventStreamSink } from './event-stream-sink.js';
import { LiveConnections } from './live-connections.js';
import { LiveReader } from './live-reader.js';
import { LiveSockets } from './live-sockets.js';
import { Subscribers } from './subscribers.js';
import { UpgradeRequired } from './live.errors.js';

/** Of a response that is a stream. */
const MAX_LISTENERS = 20;

/** Connections that stay. OpenAPI has no words for them: docs/live.md describes both. */
@ApiExcludeController()
@Controller('v1/live')
export class LiveController {
  constructor(
    private readonly connections: LiveConnections,
    private readonly reader: LiveReader,
    private readonly sockets: LiveSockets,
    private readonly subscribers: Subscribers,
    private readonly config: Config,
  ) {}

  /** WebSocket. Whoever can send no header signs in by the first message. */
  @Get()
  @Public()
  socket(
    @Query() query: LiveQuery,
    @CurrentCaller() caller: Caller | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): void {
    const upgrade = upgradeOf(request);
    if (!upgrade) throw new UpgradeRequired();
    if (usesCookies(request)) assertSameSite(request, this.config);
    if (caller) this.subscribers.assertMayConnect(caller);
    const place = this.connections.take(caller);
    void reply.status(101).hijack();
    this.sockets.accept({ request, upgrade, place }, caller, query);
  }

  /** Server-Sent Events. */
  @Get('events')
  @OwnOr('events:read')
  @Takes({ media: ['text/event-stream'] })
  events(
    @Query() query: LiveQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): StreamableFile {
    // Nobody would read the stream, and nothing would end it.
    if (request.method === 'HEAD') throw new MethodNotAllowedException('HEAD is no method of a stream; use GET.');
    if (usesCookies(request)) assertSameSite(request, this.config);
    const place = this.connections.take(caller);
    // A call by gRPC reads the stream inside of the process, with one listener more than Node warns of.
    reply.raw.setMaxListeners(MAX_LISTENERS);
    const sink = new EventStreamSink();
    sink.onClosed(place.leave);
    const subscriber = this.subscribers.of(caller, query, request);
    this.connections.begin(subscriber, sink, positionIn(lastEventId) ?? query.after);
    this.reader.begin();
    void reply.headers({ 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
    return new StreamableFile(sink.stream, { type: 'text/event-stream; charset=utf-8' });
  }
}

/** A browser sends the id of the last event when it connects again; an id that is none of ours is of another server. */
function positionIn(lastEventId: string | undefined): number | undefined {
  if (!lastEventId) return undefined;
  return /^\d{1,15}$/.test(lastEventId) ? Number(lastEventId) : Number.MAX_SAFE_INTEGER;
}
