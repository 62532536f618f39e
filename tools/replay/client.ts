import { setTimeout as sleep } from 'node:timers/promises';
import { setMaxListeners } from 'node:events';
import { Pool } from 'undici';
import type { Answer, Request } from './answer.js';
import { accepted, parseObject, troubleOf } from './answer.js';
import { ReplayFailure } from './failure.js';
import { waitBeforeRetry } from './retry.js';

export interface ClientOptions {
  readonly baseUrl: string;
  readonly email: string;
  readonly password: string;
  readonly connections: number;
  /** One of several shops that the server has; absent for its default one. */
  readonly shop?: string | undefined;
  /** Aborting it ends waiting and running requests. */
  readonly signal: AbortSignal;
  /** Told of every wait before a retry: how long, in milliseconds, and why. */
  readonly onWait?: (ms: number, reason: string) => void;
}

interface Page<T> {
  readonly data: readonly T[];
  readonly nextCursor: string | null;
}

/** Till over HTTP, signed in as one person; asks again, with the same Idempotency-Key, while a failure may pass. */
export class ApiClient {
  private readonly pool: Pool;
  private readonly prefix: string;
  private token: Promise<string> | undefined;

  constructor(private readonly options: ClientOptions) {
    setMaxListeners(0, options.signal); // one for each request under way
    const url = new URL(options.baseUrl);
    this.prefix = url.pathname.replace(/\/$/, '');
    this.pool = new Pool(url.origin, { connections: options.connections, headersTimeout: 60_000, bodyTimeout: 60_000 });
  }

  /** Signs in. Unlike later requests it does not wait for a server that is not there. */
  async signIn(): Promise<void> {
    try {
      await this.send({ method: 'GET', path: '/health/live' });
    } catch (error) {
      this.options.signal.throwIfAborted();
      throw unreachable(this.options.baseUrl, error);
    }
    await this.accessToken();
  }

  get<T>(path: string): Promise<T> {
    return this.authorized({ method: 'GET', path }) as Promise<T>;
  }

  post<T>(path: string, body: object, key?: string): Promise<T> {
    return this.authorized({ method: 'POST', path, body, ...(key === undefined ? {} : { key }) }) as Promise<T>;
  }

  /** Aborted when the replay is to stop. */
  get signal(): AbortSignal {
    return this.options.signal;
  }

  /** Every item of a list, page after page. `path` has a query already. */
  async all<T>(path: string): Promise<T[]> {
    const items: T[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Page<T> = await this.get(`${path}&limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      items.push(...page.data);
      cursor = page.nextCursor;
    }
    return items;
  }

  close(): Promise<void> {
    return this.pool.destroy();
  }

  private async authorized(request: Request): Promise<unknown> {
    const token = this.accessToken();
    const answer = await this.persist(request, await token);
    if (answer.status !== 401) return accepted(request, answer);
    // Access tokens are short-lived, a replay need not be: sign in once for all who met the 401, and ask again.
    if (this.token === token) this.token = undefined;
    return accepted(request, await this.persist(request, await this.accessToken()));
  }

  private accessToken(): Promise<string> {
    return (this.token ??= this.login());
  }

  private async login(): Promise<string> {
    const { email, password } = this.options;
    const request: Request = { method: 'POST', path: '/v1/auth/login', body: { email, password } };
    const { accessToken } = accepted(request, await this.persist(request));
    if (typeof accessToken === 'string') return accessToken;
    throw new ReplayFailure(`${email} signs in with a second factor. Use a login without one.`);
  }

  private async persist(request: Request, token?: string): Promise<Answer> {
    for (let tries = 1; ; tries += 1) {
      const answer = await this.send(request, token).catch((error: Error) => error);
      this.options.signal.throwIfAborted();
      const wait = waitBeforeRetry(answer instanceof Error ? {} : troubleOf(answer), tries);
      if (wait !== undefined) await this.wait(wait, answer);
      else if (answer instanceof Error) throw unreachable(this.options.baseUrl, answer);
      else return answer;
    }
  }

  private async wait(ms: number, answer: Answer | Error): Promise<void> {
    this.options.onWait?.(ms, answer instanceof Error ? reasonOf(answer) : `answer ${answer.status}`);
    await sleep(ms, undefined, { signal: this.options.signal });
  }

  private async send({ method, path, body, key }: Request, token?: string): Promise<Answer> {
    const { signal, shop } = this.options;
    const headers = {
      accept: 'application/json',
      ...(shop !== undefined && { 'till-shop': shop }),
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
      ...(key && { 'idempotency-key': key }),
    };
    const text = body ? JSON.stringify(body) : null;
    const answer = await this.pool.request({ method, path: this.prefix + path, headers, body: text, signal });
    const retryAfter = answer.headers['retry-after'];
    const parsed = parseObject(await answer.body.text());
    return { status: answer.statusCode, body: parsed, ...(typeof retryAfter === 'string' && { retryAfter }) };
  }
}

function unreachable(baseUrl: string, cause: unknown): ReplayFailure {
  const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
  return new ReplayFailure(
    `No answer from ${baseUrl} (${reason}). Start the server with npm start, then run this again.`,
  );
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
