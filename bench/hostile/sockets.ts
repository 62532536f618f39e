import { connect, type Socket } from 'node:net';

/** Where the api listens, and whom the attack speaks as. */
export interface Target {
  readonly url: URL;
  /** The loopback address that the attack comes from. Each has its own, or the limits of the ones before would answer for the api. */
  readonly address: string;
  /** Access token of a customer of the attacker's. */
  readonly token: string;
  /** Access token of somebody with every permission. */
  readonly adminToken: string;
  /** Products that exist and have stock. */
  readonly productIds: readonly string[];
}

/** The head and body of an HTTP/1.1 request as text. */
export function request(line: string, body = '', headers: Readonly<Record<string, string>> = {}): string {
  const sent = {
    Host: 'till.invalid',
    ...(body && { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(body)) }),
    ...headers,
  };
  const fields = Object.entries(sent).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${line} HTTP/1.1\r\n${fields.join('')}\r\n${body}`;
}

/** An open connection; errors end it in silence, since the api may close what it does not like. */
export function open({ url, address }: Target): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect({ port: Number(url.port), host: url.hostname, localAddress: address });
    socket.on('error', () => resolve(socket));
    socket.once('connect', () => resolve(socket));
  });
}

/** Sends text on a connection of its own and returns what comes back until the api closes, or a time is over. */
export async function exchange(target: Target, text: string, waitMs = 5000): Promise<string> {
  const socket = await open(target);
  return new Promise((resolve) => {
    let answer = '';
    const end = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(end, waitMs);
    socket.setEncoding('latin1').on('data', (chunk: string) => (answer += chunk));
    socket.once('close', end);
    socket.write(text.replace('\r\n', `\r\nConnection: close\r\n`));
  });
}

/** So many connections at once. */
export function openMany(target: Target, count: number): Promise<Socket[]> {
  return Promise.all(Array.from({ length: count }, () => open(target)));
}

/** Reads nothing of what comes. */
export function deaf(socket: Socket): Socket {
  socket.removeAllListeners('data');
  return socket.pause();
}
