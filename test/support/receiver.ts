import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it arrived: the raw bytes of its body. */
export interface Received {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly raw: Buffer;
  readonly at: number;
}

export type Answer = (response: ServerResponse, request: Received, number: number) => void;
export type Receiver = Awaited<ReturnType<typeof startReceiver>>;

/** A receiver of webhooks on a free port of this machine. It notes each request and answers as `answer` says, 200 at first. */
export async function startReceiver(answer: Answer = ok) {
  const received: Received[] = [];
  const behaviour = { answer };
  const server: Server = createServer((request, response) => {
    void noted(request).then((one) => {
      received.push(one);
      behaviour.answer(response, one, received.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { url: `http://127.0.0.1:${port}/hook`, port, received, behaviour, close };
}

export function ok(response: ServerResponse): void {
  response.end('thanks');
}

/** Answers with a status and nothing more. */
export const answers =
  (status: number, headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) => {
    response.writeHead(status, headers).end(`status ${status}`);
  };

async function noted(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const headers = request.headers as Record<string, string>;
  return { path: request.url ?? '', headers, raw: Buffer.concat(chunks), at: performance.now() };
}
