import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { Account } from './account.js';
import { StripeFailure } from './failure.js';
import { parseForm } from './form.js';
import { type Answer, IdempotencyKeys } from './idempotency.js';
import { freshId } from './objects.js';
import type { Request } from './payment-intents.js';

/**
 * How the next request that fits goes wrong. `unanswered` and `cut` are carried out before the answer stays away, or the
 * connection breaks; `lost` is not, and nobody says so. A failure is answered in place of the truth.
 */
export type StubFault = 'unanswered' | 'cut' | 'lost' | StripeFailure;

/** Stripe's API (https://docs.stripe.com/api) as far as Till uses it, with a test account of its own behind it. */
export class StripeStub {
  /** The one key that is valid; another one revokes it. */
  secretKey = 'sk_test_till';
  readonly account = new Account();
  readonly keys = new IdempotencyKeys();
  /** What was asked, such as `POST /v1/refunds`, oldest first. */
  readonly requests: string[] = [];
  private readonly server = createServer((request, response) => void this.serve(request, response));
  private armed: { readonly request: RegExp; readonly fault: StubFault } | undefined;
  private port = 0;

  static async start(): Promise<StripeStub> {
    const stub = new StripeStub();
    await stub.listen();
    return stub;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Lets one request whose method and path fit go wrong. */
  arm(request: RegExp, fault: StubFault): void {
    this.armed = { request, fault };
  }

  /** Whether a request will get no answer. */
  get isSilent(): boolean {
    return this.armed?.fault === 'unanswered' || this.armed?.fault === 'lost';
  }

  /** Ends every connection, those that wait for an answer among them; refuses new ones until `listen`. */
  async refuseConnections(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    if (this.server.listening) await once(this.server, 'close');
  }

  /** Forgets what was armed and hangs up on those who wait. */
  async heal(): Promise<void> {
    this.armed = undefined;
    if (!this.server.listening) await this.listen();
    this.server.closeAllConnections();
  }

  /** As somebody who does something at Stripe's dashboard, or Stripe itself. */
  asStripe(): Request {
    return { id: freshId('req'), key: null, baseUrl: this.url };
  }

  close(): Promise<void> {
    return this.refuseConnections();
  }

  private async listen(): Promise<void> {
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, this.url);
    const body = await text(request).catch(() => undefined);
    if (body === undefined) return;
    if (url.pathname.startsWith('/redirect/')) return this.page(url, response);
    const line = `${request.method} ${url.pathname}`;
    this.requests.push(line);
    const fault = this.armed?.request.test(line) ? this.armed.fault : undefined;
    if (fault) this.armed = undefined;
    if (fault === 'lost') return;
    const context = {
      id: freshId('req'),
      key: (request.headers['idempotency-key'] as string | undefined) ?? null,
      baseUrl: this.url,
    };
    const form = request.method === 'GET' ? url.search.slice(1) : body;
    const answer =
      fault instanceof StripeFailure ? answerOf(fault) : await this.answer(request, url.pathname, form, context);
    if (fault === 'unanswered') return;
    if (fault === 'cut') return void response.destroy();
    response.writeHead(answer.status, {
      'content-type': 'application/json',
      // A connection that is kept may break just when it is used again, which is another fault than the one armed.
      connection: 'close',
      'request-id': context.id,
      ...(context.key && { 'idempotency-key': context.key }),
    });
    response.end(answer.body);
  }

  private async answer(
    { method, headers }: IncomingMessage,
    path: string,
    form: string,
    context: Request,
  ): Promise<Answer> {
    try {
      if (headers.authorization !== `Bearer ${this.secretKey}`)
        throw new StripeFailure(401, {
          type: 'invalid_request_error',
          message: 'Invalid API Key provided: sk_test_****',
        });
      const act = () => this.account.answer(method!, path, parseForm(form), context);
      return method === 'POST' && context.key ? await this.once(context.key, `${path}?${form}`, act) : ok(act());
    } catch (error) {
      return answerOf(error);
    }
  }

  /** Carries out the first request of a key, while others of that key may come. */
  private async once(key: string, fingerprint: string, act: () => object): Promise<Answer> {
    const first = this.keys.begin(key, fingerprint);
    if (first) return first;
    await turn();
    try {
      const answer = ok(act());
      this.keys.keep(key, answer);
      return answer;
    } catch (error) {
      if (error instanceof StripeFailure && error.executed) this.keys.keep(key, answerOf(error));
      else this.keys.forget(key);
      throw error;
    }
  }

  /** What the shopper's bank shows, and what comes of the two links on it. */
  private page({ pathname, searchParams }: URL, response: ServerResponse): void {
    const kept = this.account.intents.get(pathname.split('/').at(-1)!);
    const { redirect_to_url: redirect } = kept.intent.next_action as { redirect_to_url: { return_url: string } };
    const decision = searchParams.get('decision');
    if (decision === null) {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<p>Is it you? <a href="?decision=approve">Yes</a> <a href="?decision=refuse">No</a></p>');
      return;
    }
    if (decision === 'approve') this.account.intents.authorize(kept, this.asStripe());
    else this.account.intents.refuseAuthentication(kept, this.asStripe());
    const back = new URL(redirect.return_url);
    back.searchParams.set('payment_intent', kept.intent.id);
    back.searchParams.set('redirect_status', decision === 'approve' ? 'succeeded' : 'failed');
    response.writeHead(303, { location: back.href }).end();
  }
}

function ok(object: object): Answer {
  return { status: 200, body: JSON.stringify(object, undefined, 2) };
}

function answerOf(error: unknown): Answer {
  if (!(error instanceof StripeFailure)) throw error;
  return { status: error.status, body: JSON.stringify({ error: error.error }, undefined, 2) };
}
