import type { Socket } from 'node:net';
import { StandaloneConnector } from 'ioredis/built/connectors/index.js';
import { RedisRefuses } from './redis-refuses.js';

/** The options of ioredis for the sign-in. */
interface SignIn {
  readonly username?: string | null;
  readonly password?: string | null;
  readonly tls?: unknown;
  readonly connectTimeout?: number;
}

/**
 * Returns a connection only after Redis accepted user and password. ioredis itself sends waiting commands right after the password;
 * if that is wrong, Bull ends the process with an error that shows it.
 */
export class VerifyingConnector extends StandaloneConnector {
  private readonly signIn: SignIn;

  constructor(options: unknown) {
    super(options as ConstructorParameters<typeof StandaloneConnector>[0]);
    this.signIn = options as SignIn;
  }

  /** Closes a refused connection, with the reason in `firstError`: ioredis reports it and tries again. */
  override async connect(emit: Parameters<StandaloneConnector['connect']>[0]) {
    const stream = await super.connect(emit);
    const refusal = await refusalOf(stream, this.signIn);
    if (refusal) {
      this.firstError = refusal;
      stream.destroy();
    }
    return stream;
  }
}

/** Signs in like ioredis. Returns `undefined` if Redis accepts, or if the connection failed and reports that itself. */
function refusalOf(
  stream: Socket,
  { username, password, tls, connectTimeout = 10_000 }: SignIn,
): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const settle = (refusal?: Error) => {
      stream.removeAllListeners('data').off('close', settled).setTimeout(0).pause();
      resolve(refusal);
    };
    const settled = () => settle();
    stream.once('close', settled);
    stream.setTimeout(connectTimeout, () =>
      settle(Object.assign(new Error('connect ETIMEDOUT'), { code: 'ETIMEDOUT' })),
    );
    stream.once(tls ? 'secureConnect' : 'connect', () => {
      stream.write(password == null ? command('PING') : command('AUTH', ...(username ? [username] : []), password));
      stream.once('data', (reply: Buffer) => settle(RedisRefuses.from(reply.toString('latin1').split('\r\n', 1)[0]!)));
    });
  });
}

/** A command as Redis reads it (RESP, an array of bulk strings). */
function command(...words: readonly string[]): string {
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return `*${words.length}\r\n${parts.join('')}`;
}
