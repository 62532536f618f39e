import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import Fastify from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { routeThrough } from './entrance.js';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** What a server says that refuses requests for the host `b` at its entrance, and echoes all others. */
async function saidTo(text: string, body = ''): Promise<string> {
  const fastify = Fastify();
  open.push(fastify);
  fastify.all('/*', (request) => ({ host: request.headers.host, url: request.url, body: request.body ?? null }));
  routeThrough(fastify, ({ headers }, response) => {
    if (headers.host !== 'b') return false;
    response.writeHead(404, { Connection: 'close', 'Content-Length': 7 }).end('refused');
    return true;
  });
  await fastify.listen({ port: 0, host: '127.0.0.1' });
  const socket = connect((fastify.server.address() as AddressInfo).port, '127.0.0.1');
  let said = '';
  socket.on('data', (part) => {
    said += String(part);
    if (said.endsWith('HTTP/1.1 100 Continue\r\n\r\n')) socket.write(body);
  });
  socket.write(text.replaceAll('\n', '\r\n'));
  await once(socket, 'close');
  return said;
}

const expectant = (host: string) =>
  `POST /x HTTP/1.1\nHost: ${host}\nExpect: 100-continue\nContent-Type: application/json\nContent-Length: 3\nConnection: close\n\n`;

describe('The entrance of a server', () => {
  it.each([
    ['GET / HTTP/1.1\nHost: b\n\n', 'refused'],
    ['GET http://b/ HTTP/1.1\nHost: a\n\n', 'refused'],
    ['GET HTTP://user@b HTTP/1.1\nHost: a\n\n', 'refused'],
    ['GET http://a:80/v1?x=1 HTTP/1.1\nHost: b\nConnection: close\n\n', '{"host":"a:80","url":"/v1?x=1","body":null}'],
    ['GET http://a?x=1 HTTP/1.1\nHost: b\nConnection: close\n\n', '{"host":"a","url":"/?x=1","body":null}'],
    ['GET /http://b/ HTTP/1.1\nHost: a\nConnection: close\n\n', '{"host":"a","url":"/http://b/","body":null}'],
  ])('takes the host of the request target before that of the header: %j', async (request, last) => {
    expect((await saidTo(request)).split('\r\n').at(-1)).toBe(last);
  });

  it('asks for no body of a request that it refuses', async () => {
    expect(await saidTo(expectant('b'), '"y"')).toMatch(/^HTTP\/1.1 404 /);
  });

  it('asks for the body of any other', async () => {
    expect(await saidTo(expectant('a'), '"y"')).toMatch(
      /^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 [^]*"body":"y"}$/,
    );
  });
});
