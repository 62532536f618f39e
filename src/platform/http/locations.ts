import type { FastifyInstance, onSendHookHandler } from 'fastify';
import type { RouteTerms } from '../routes/index.js';

/**
 * Sends the `Location` of what a route creates, for first responses and for replays: it is made from the body, which is the same for
 * both.
 */
export function sendLocations(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    const { location } = (route.config ?? {}) as RouteTerms;
    if (location !== undefined) route.onSend = [...[route.onSend ?? []].flat(), sendLocation(location)];
  });
}

function sendLocation(location: string): onSendHookHandler {
  const [before, member] = location.slice(0, -1).split('{') as [string, string];
  return (_request, reply, payload, done) => {
    if (reply.statusCode === 201) void reply.header('Location', before + textOf(payload as string, member));
    done(null, payload);
  };
}

/** Returns a member of a body. The id is the first member of nearly all of them, so that most bodies are not parsed. */
export function textOf(body: string, member: string): string {
  const start = `{"${member}":"`;
  if (!body.startsWith(start)) return (JSON.parse(body) as Record<string, string>)[member]!;
  return body.slice(start.length, body.indexOf('"', start.length));
}
