import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';

export type MailServer = Awaited<ReturnType<typeof startMailServer>>;

/** A mail server on a free port that notes the Message-ID of each mail that it took. `slowness`: milliseconds that it takes over one. */
export async function startMailServer(slowness: () => number = () => 0) {
  const received: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, _, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        void delay(slowness()).then(() => {
          received.push(messageIdIn(Buffer.concat(chunks).toString('latin1')));
          done();
        });
      });
    },
  });
  server.on('error', () => undefined); // of clients that were killed
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { url: `smtp://127.0.0.1:${port}`, received, close };
}

/** The part before the @, which is the id of the event. */
function messageIdIn(mail: string): string {
  return /^message-id: <([^@>]+)@/im.exec(mail)?.[1] ?? 'none';
}
