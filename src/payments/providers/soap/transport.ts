import { type IncomingMessage, request as plain, type RequestOptions } from 'node:http';
import { request as secure } from 'node:https';
import { MAX_ANSWER_BYTES, strictXml, UnclearAnswer } from './strict-xml.js';

/** The request was not sent: nothing listens, the name is unknown, or the certificate is wrong. */
export class NotSent extends Error {}

export interface Posted {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

/**
 * Posts a SOAP message on a new connection without following redirects. Returns the text of a success (200) or a fault (500; SOAP
 * 1.1, section 6.2). @throws NotSent if the gateway can't have received it; UnclearAnswer or an error of the connection if it may
 * have
 */
export function post(url: URL, { headers, body, signal }: Posted): Promise<string> {
  const send = url.protocol === 'https:' ? secure : plain;
  const length = Buffer.byteLength(body);
  const options: RequestOptions = {
    method: 'POST',
    agent: false,
    signal,
    headers: { ...headers, 'content-length': length },
  };
  return new Promise((resolve, reject) => {
    let connected = false;
    const call = send(url, options, (response) => readAnswer(response).then(resolve, reject));
    call.on('socket', (socket) => {
      socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => (connected = true));
    });
    call.on('error', (error) => reject(connected ? error : new NotSent(error.message, { cause: error })));
    call.end(body);
  });
}

async function readAnswer(response: IncomingMessage): Promise<string> {
  try {
    const { statusCode, headers } = response;
    if (statusCode !== 200 && statusCode !== 500) throw new UnclearAnswer(`The gateway answers ${statusCode}.`);
    if ((headers['content-encoding'] ?? 'identity') !== 'identity')
      throw new UnclearAnswer('The answer is compressed.');
    return strictXml(await bodyOf(response), headers['content-type']);
  } finally {
    response.destroy();
  }
}

async function bodyOf(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw new UnclearAnswer(`The answer is longer than ${MAX_ANSWER_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
