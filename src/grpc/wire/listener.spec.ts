import { connect } from 'node:http2';
import { afterEach, expect, it } from 'vitest';
import { type Listener, listen } from './listener.js';

let listener: Listener | undefined;
afterEach(() => listener?.close());

const never = () => Promise.reject(new Error('nothing is sent'));
const api = { count: () => Promise.resolve(), request: never, refused: never as never };

it('A connection ends when a request on it is late, with what arrived of it', async () => {
  listener = await listen({
    host: '127.0.0.1',
    port: 0,
    tls: undefined,
    api,
    isReady: never,
    failed: () => undefined,
    lateMs: 50,
  });
  const session = connect(`http://127.0.0.1:${listener.port}`);
  const headers = { ':method': 'POST', ':path': '/till.v1.OrderService/GetOrder', 'content-type': 'application/grpc' };
  const half = session.request({ ...headers, authorization: 'Bearer x' });
  half.write(Buffer.from([0, 0, 0, 0, 9, 1])); // the first byte of nine
  half.on('error', () => undefined);
  session.on('error', () => undefined); // where the cut reaches it as an error: `close` follows
  await new Promise((resolve) => session.once('close', resolve));
  expect(session.destroyed).toBe(true);
});
