import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config/index.js';
import { type Problem, problemBody, problemOf } from './problem.filter.js';

const CONTENT_TYPE = 'application/problem+json; charset=utf-8';

/** Responds to URLs that the router can't parse (a broken percent-encoding), which reach no hook and no filter. */
export function answerUnroutable({ http }: Config) {
  return (error: Error, request: FastifyRequest, reply: FastifyReply): void => {
    const problem = problemOf(error);
    void reply
      .status(problem.status)
      .headers({ 'Content-Type': CONTENT_TYPE, 'X-Request-Id': request.id })
      .send(JSON.stringify(problemBody(problem, http.publicUrl, request)));
  };
}

type ClientError = Error & { readonly code?: string; readonly rawPacket?: unknown };

/** Responds on the socket to a request that Node's HTTP parser refuses, and closes it: the next request can't be found. */
export function answerUnreadable({ http }: Config) {
  return (error: ClientError, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const problem = problemOfParser(error);
    const id = randomUUID();
    const body = JSON.stringify(problemBody(problem, http.publicUrl, { url: addressIn(error), id }));
    const head = [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      `Content-Type: ${CONTENT_TYPE}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Request-Id: ${id}`,
      'Connection: close',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
    socket.destroySoon();
  };
}

function problemOfParser({ code }: ClientError): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return { status: 431, code: 'headers_too_large', detail: 'Address and headers have more than 16 KiB.' };
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return { status: 408, code: 'request_timeout', detail: 'The request did not arrive whole in time.' };
  }
  return { status: 400, code: 'malformed_request', detail: 'This is no HTTP/1.1 request.' };
}

/** Returns the requested URL, if the received bytes begin with a request line. */
function addressIn({ rawPacket }: ClientError): string {
  const text = Buffer.isBuffer(rawPacket) ? rawPacket.toString('latin1', 0, 300) : '';
  return /^[A-Z]+ (\/[\x21-\x7e]*)/.exec(text)?.[1] ?? '/';
}
