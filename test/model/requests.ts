import assert from 'node:assert/strict';
import { WAIT_FOR_OUTCOME } from '../../src/shared/errors.js';
import { madeBy } from './aim.js';
import { type Answer, type Call, insist, isUndecided, once } from './client.js';
import type { RequestCommand } from './commands.js';
import { type Answered, BY_PROVIDER, type Request } from './request.js';
import type { Till } from './till.js';

/** Refusals that others bring about and end: they are not kept under their key. */
const transient = new Set([
  'insufficient_stock',
  'product_unavailable',
  'refund_in_progress',
  'operation_under_way',
  'order_not_paid',
  'order_not_captured',
  'order_disputed',
]);

/** A request as it was sent, and the answer that counts. */
export interface Sent {
  readonly request: Request;
  readonly call: Call;
  readonly answer: Answer;
}

export type Sending = Pick<RequestCommand, 'times' | 'fault'>;

/** The requests of a run: sends them, each under a key of its own, and holds the answers of one key to each other. */
export class Requests {
  private readonly sent: Sent[] = [];
  /** What was interrupted, and not sent again yet; the oldest first. */
  private readonly left: Omit<Sent, 'answer'>[] = [];
  /** How many of each had an effect. */
  readonly accepted: Record<string, number> = {};
  private instance = 0;

  constructor(private readonly till: Till) {}

  /** Sends it once, to an api that dies. What was answered all the same is a request like any other. */
  async leave(request: Request, { fault }: Sending, call: Call): Promise<void> {
    this.instance += 1;
    const answer = await once(this.till.apis[this.instance % 2]!, call, fault);
    if (!answer || isUndecided(answer)) this.left.push({ request, call });
    else this.judge(request, call, answer);
  }

  /** Sends the oldest that was left again, until it is answered. Returns false when nothing was left. */
  async comeBack(): Promise<boolean> {
    const left = this.left.shift();
    if (!left) return false;
    this.till.note(`came back to ${nameOf(left.request)}`);
    await this.till.afterNow(() => this.send(left.request, { times: 1, fault: undefined }, left.call));
    return true;
  }

  /** Sends it, so many times at once, under one key; all are answered the same, but for what is not kept. */
  async send(request: Request, { times, fault }: Sending, call: Call): Promise<Answered> {
    this.instance += 1;
    const copies = Array.from({ length: times }, (_, n) =>
      insist(this.till, call, this.instance + n, n === 0 ? fault : undefined),
    );
    const answers = await Promise.all(copies);
    const answer = decisive(answers);
    const isProvisional = answers.some(({ text }) => text !== answer.text) && (await this.isProvisional(call));
    for (const other of answers)
      assert.ok(isSame(answer, other, isProvisional), `one key, two answers: ${call.path}: ${other.text}`);
    return this.judge(request, call, answer);
  }

  private judge(request: Request, call: Call, answer: Answer): Answered {
    assert.ok(answer.status === 201 || answer.status === 409, `${call.path} answered ${answer.status}: ${answer.text}`);
    this.sent.push({ request, call, answer });
    const what = nameOf(request);
    const { code, status, payment } = answer.body;
    this.till.note(`${what}: ${answer.status === 409 ? code : (payment?.status ?? status)}`);
    // What the provider refused has an attempt all the same.
    if (code === BY_PROVIDER) this.accept(request.do);
    if (answer.status === 409) return { request, made: '', paid: '', refused: code };
    this.accept(request.do);
    if (payment) this.accept('pay');
    return { request, ...madeBy(request, answer), refused: undefined };
  }

  /** Whether the response that Till stored for the call shows something in progress, which no view of a payment tells. */
  private async isProvisional({ key }: Call): Promise<boolean> {
    const [stored] = await this.till.sql<{ provisional: boolean }>(
      'SELECT provisional FROM idempotency_keys WHERE key = $1',
      [key],
    );
    return stored?.provisional ?? false;
  }

  private accept(effect: string): void {
    this.accepted[effect] = (this.accepted[effect] ?? 0) + 1;
  }

  /** What was sent at this place, counted from the last; undefined before the first. */
  earlier(which: number): Sent | undefined {
    return this.sent.at(-1 - (which % Math.max(1, this.sent.length)));
  }

  /** Sends it again under its key, so many times at once; each is a replay. */
  async repeat(earlier: Sent, times: number): Promise<void> {
    this.instance += 1;
    const repeats = Array.from({ length: times }, (_, n) => insist(this.till, earlier.call, this.instance + n));
    for (const answer of await Promise.all(repeats)) {
      assert.ok(answer.replayed, `a repeat of ${earlier.call.path} was no replay`);
      assert.equal(answer.status, earlier.answer.status);
      if (answer.text !== earlier.answer.text || isUnderWay(earlier.answer)) await this.assertPresent(earlier, answer);
    }
  }

  /** What was under way when it was answered is repeated as it is now. */
  private async assertPresent({ call, answer: first }: Sent, { body }: Answer): Promise<void> {
    const id = first.body.id ?? '';
    const mayHaveMoved = /^(pay|rfd)_/.test(id) || isUnderWay(first);
    assert.ok(mayHaveMoved, `a repeat of ${call.path} was answered otherwise: ${JSON.stringify(body)}`);
    const { payment, ...resource } = body;
    assert.deepEqual(resource, await this.present(call, id));
    if (payment) assert.deepEqual(payment, await this.present(call, first.body.payment!.id));
  }

  /** An order, a payment or a refund as it is now, for who sent the call. */
  private async present({ token }: Call, id: string): Promise<unknown> {
    const kind = { ord: 'orders', pay: 'payments', rfd: 'refunds' }[id.slice(0, 3)];
    const { url, headers } = this.till.apis[0];
    const sent = { headers: { ...headers, authorization: `Bearer ${token}` } };
    return (await fetch(`${url}/v1/${kind}/${id}`, sent)).json();
  }
}

/** What a request is called in the report. */
function nameOf(request: Request): string {
  if (request.do === 'refund' && request.pieces) return 'refund by name';
  if (request.do !== 'place') return request.do;
  const extras = request.extras ? `${request.extras.abroad ? 'abroad' : 'at home'} with extras` : '';
  return ['place', request.pays ? 'and pay' : '', extras].filter(Boolean).join(' ');
}

/** Besides them, what says that it waits for something under way. */
export const isTransient = ({ body }: Answer): boolean =>
  transient.has(body.code ?? '') || (body.detail ?? '').includes(WAIT_FOR_OUTCOME);

/** Of an order it is the payment that may be under way. */
function isUnderWay({ body: { id = '', status = '', payment } }: Answer): boolean {
  const shown = /^(pay|rfd)_/.test(id) ? status : payment?.status;
  return ['processing', 'requires_action', 'pending'].includes(shown ?? '');
}

/** The answer that counts of those under one key: an effect before a refusal, and a refusal that is kept before one that is not. */
function decisive(answers: readonly Answer[]): Answer {
  return answers.find(({ status }) => status === 201) ?? answers.find((one) => !isTransient(one)) ?? answers[0]!;
}

/** A refusal that is not kept was decided by itself; of what is under way the later answer shows the present state, whichever it is. */
function isSame(one: Answer, other: Answer, isProvisional: boolean): boolean {
  if (isTransient(one) || isTransient(other)) return true;
  const isOfSame = one.body.id === other.body.id && one.body.payment?.id === other.body.payment?.id;
  return one.text === other.text || (isProvisional && isOfSame);
}
