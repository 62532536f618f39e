import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Metadata, type ServerWritableStream, status } from '@grpc/grpc-js';
import type protobuf from 'protobufjs';
import { readEvents, type StreamedEvent } from './event-stream.js';
import { type Requests, requestOf, returnedHeaders } from './inner-request.js';
import { jsonOf, messageOf } from './json-messages.js';
import type { Refusal, Refusals } from './refusal.js';
import type { Members } from './schema.js';

const EVENTS = { method: 'GET', path: '/v1/live/events', answer: (body: Members) => body } as const;

/** Why the API ends a stream (`EndReason` of live connections), as a status. */
const ENDS: Readonly<Record<string, status>> = {
  signed_out: status.UNAUTHENTICATED,
  rights_changed: status.PERMISSION_DENIED,
  restart: status.UNAVAILABLE,
};

type Call = ServerWritableStream<Members, Members>;

/**
 * Sends events as they come: a live connection of the API, read by the call. Who may have which events, how many connections somebody may
 * have and when one ends is decided there; a client that reads slowly is not written to.
 */
export class LiveCalls {
  constructor(
    private readonly api: Requests,
    private readonly method: protobuf.Method,
    private readonly refusals: Refusals,
  ) {}

  /** @throws Refusal when the API refuses or ends the stream, UnreadableMessage */
  async run(call: Call): Promise<void> {
    const asked = requestOf(EVENTS, call, jsonOf(this.method.resolvedRequestType!, call.request));
    const response = await this.api.request(call.metadata, { ...asked, payloadAsStream: true });
    const leave = () => response.raw.res.destroy(); // as a client of HTTP does
    call.on('cancelled', leave);
    if (call.cancelled) leave();
    const { statusCode, headers } = response;
    if (statusCode !== 200) throw this.refusals.ofProblem(statusCode, await text(response.stream()), headers);
    const metadata = new Metadata();
    for (const [name, value] of returnedHeaders(headers)) metadata.set(name, value);
    call.sendMetadata(metadata);
    await this.copy(response.stream(), call);
  }

  private async copy(stream: Readable, call: Call): Promise<never> {
    const broken = new AbortController();
    stream.once('error', (error) => broken.abort(error));
    try {
      for await (const one of readEvents(stream)) {
        if (one.event === 'end') throw this.endOf(one);
        if (!call.write(this.messageOf(one))) await once(call, 'drain', { signal: broken.signal });
      }
    } catch (error) {
      if (!isBreak(error) && !isBreak((error as Error).cause)) throw error;
    }
    throw this.refusals.of(
      status.UNAVAILABLE,
      'The stream ended, as for a client that reads too slowly; continue after the last sequence.',
    );
  }

  private messageOf({ event, id, data }: StreamedEvent): Members {
    const json = data === '' ? undefined : (JSON.parse(data) as Members);
    if (event === 'ready' || event === 'reset') return this.typed({ [event]: json });
    return this.typed(json ? { event: json } : { heartbeat: { after: Number(id) } });
  }

  private typed(json: Members): Members {
    return messageOf(this.method.resolvedResponseType!, json);
  }

  private endOf({ data }: StreamedEvent): Refusal {
    const { reason } = JSON.parse(data) as { readonly reason: string };
    const code = ENDS[reason] ?? status.INTERNAL;
    return this.refusals.of(code, `The stream ended (${reason}); continue after the last sequence.`);
  }
}

/** Whether the API broke off the stream: `inject` says so by a code, and a wait that heard of it has that as its cause. */
function isBreak(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === 'LIGHT_ECONNRESET';
}
