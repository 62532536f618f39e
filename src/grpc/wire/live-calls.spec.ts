import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { Metadata, type ServerWritableStream, status } from '@grpc/grpc-js';
import { fastify } from 'fastify';
import { expect, it } from 'vitest';
import { LiveCalls } from './live-calls.js';
import { Refusals } from './refusal.js';
import { type Members, readSchema } from './schema.js';

/** A call of a client that does not read: what is written waits for ever. */
class UnreadCall extends EventEmitter {
  readonly metadata = new Metadata();
  readonly request = {};
  constructor(private readonly written: () => void) {
    super();
  }
  getPeer = () => '192.0.2.7:5000';
  sendMetadata = () => undefined;
  write(): boolean {
    setImmediate(this.written);
    return false;
  }
}

it('A stream that the API breaks off ends its call also while the client does not read', async () => {
  const events = new PassThrough();
  const api = fastify().get('/v1/live/events', (_, reply) => reply.type('text/event-stream').send(events));
  events.write('id: 1\n\n');
  const schema = readSchema();
  const { StreamEvents: method } = schema.lookupService('till.v1.EventService').methods;
  const call = new UnreadCall(() => events.destroy()) as unknown as ServerWritableStream<Members, Members>;
  const ended = new LiveCalls({ request: (_, options) => api.inject(options) }, method!, new Refusals(schema)).run(
    call,
  );
  await expect(ended).rejects.toMatchObject({ object: { code: status.UNAVAILABLE } });
});
