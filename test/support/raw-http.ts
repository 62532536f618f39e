import { connect } from 'node:net';
import { once } from 'node:events';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Sends bytes that no HTTP client would send, and answers the first answer, once the server has closed the connection. */
export async function rawRequest(baseUrl: string, request: string): Promise<RawAnswer> {
  const { hostname, port } = new URL(baseUrl);
  const socket = connect(Number(port), hostname);
  let received = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (received += chunk));
  socket.on('error', () => undefined); // the server may close before it has read everything
  socket.setTimeout(10_000, () => socket.destroy());
  socket.write(request, 'latin1');
  await once(socket, 'close');
  const [head = '', text = ''] = received.split('\r\n\r\n', 2);
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = new Headers(lines.map((line) => line.split(': ', 2) as [string, string]));
  const length = Number(headers.get('content-length'));
  return { status: Number(statusLine.split(' ')[1]), headers, text: Buffer.from(text).toString('utf8', 0, length) };
}
