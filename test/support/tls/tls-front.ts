import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createSecureContext, type SecureContextOptions, TLSSocket } from 'node:tls';

/** The authority that signed the certificate of every front: a private one, that nobody knows. */
export const authorityFile = fileURLToPath(new URL('authority.crt', import.meta.url));
export const authority = readFileSync(authorityFile, 'utf8');

const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');
const known = { cert: read('server.crt'), key: read('server.key') };
/** How a client of PostgreSQL asks for TLS: a length of 8, and a code (message SSLRequest). */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/** Takes TLS connections on a free port, with the certificate of the authority unless another is given, and passes them on to a server that speaks none. */
export async function tlsFront(target: number, protocol: 'redis' | 'postgres', identity: SecureContextOptions = known) {
  const secureContext = createSecureContext(identity);
  const sockets = new Set<Socket>();
  const pass = (raw: Socket) => {
    const secure = new TLSSocket(raw, { isServer: true, secureContext });
    const behind = connect(target, '127.0.0.1');
    for (const socket of [secure, behind]) socket.on('error', () => [secure, behind].forEach((it) => it.destroy()));
    secure.pipe(behind).pipe(secure);
    sockets.add(behind);
  };
  const server = createServer((raw) => {
    sockets.add(raw);
    raw.on('error', () => undefined); // clients that refuse the certificate hang up
    if (protocol === 'redis') return pass(raw);
    raw.once('data', (request: Buffer) => {
      if (!request.equals(SSL_REQUEST)) return raw.destroy();
      raw.pause();
      raw.write('S');
      return pass(raw);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
