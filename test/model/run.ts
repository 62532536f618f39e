import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { WAIT_FOR_OUTCOME } from '../../src/shared/errors.js';
import { decodeId, encodeId } from '../../src/shared/ids.js';
import { randomOf } from '../support/mutation.js';
import { Aim, madeBy } from './aim.js';
import { type Answer, type Call, insist, post } from './client.js';
import type { Command, CourierCommand, RequestCommand, WorkCommand } from './commands.js';
import { GoodsAndMoney } from './goods-and-money.js';
import { TELLING } from './faults.js';
import { assertAlways, assertEvolved, assertReturnsOwed, assertSettled } from './invariants.js';
import { after, type Answered, type Prices, type Request, worldsAfter } from './model.js';
import { assertEffects, openThings, settle } from './settled.js';
import { differences } from './sameness.js';
import type { Person, Till } from './till.js';
import { readWorld, type World } from './world.js';

/** With these the sandbox may have done more than Till knows yet, and so refuse: a dispute, or a charge told of backwards. */
const surprising = /^pm_(dispute|webhook_reordered)/;

/** The goods of each run, in minor units and pieces: plenty of one, and little of the others. */
const goods = [
  { price: 1000, onHand: 30 },
  { price: 333, onHand: 5 },
  { price: 1, onHand: 9 },
];
const CREDIT = 1500;

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

interface Sent {
  readonly request: Request;
  readonly call: Call;
  readonly answer: Answer;
}

type Sending = Pick<RequestCommand, 'times' | 'fault'>;

/** One run: customers and products of its own, and commands that are played against them and judged one by one. */
export class Run {
  private readonly sent: Sent[] = [];
  private readonly accepted: Record<string, number> = {};
  private readonly goods: GoodsAndMoney;
  /** Orders that are being shipped in spite of a dispute. */
  private readonly inSpite = new Set<string>();
  private instance = 0;

  private constructor(
    private readonly till: Till,
    private readonly customers: readonly Person[],
    private readonly aim: Aim,
    private readonly prices: Prices,
    private readonly onHand: Readonly<Record<string, number>>,
    private readonly debris: ReadonlySet<string>,
    private world: World,
  ) {
    this.goods = new GoodsAndMoney(prices);
  }

  static async begin(till: Till): Promise<Run> {
    const debris = new Set((await openThings(till)).map(({ id }) => id));
    const [ada, bob, staff] = await Promise.all([
      till.person('customer'),
      till.person('customer'),
      till.person('admin'),
    ]);
    const { url } = till.apis[0];
    const make = async (path: string, body: object) => {
      const answer = await post(url, { path, token: staff.token, body, key: randomUUID() });
      assert.equal(answer.status, 201, answer.text);
      return answer.body.id!;
    };
    const grant = { amount: CREDIT, currency: 'EUR', reason: 'for the run' };
    for (const { id } of [ada, bob]) await make(`/v1/users/${id}/store-credit-grants`, grant);
    const made = goods.map(async ({ price, onHand }) => {
      const body = { sku: randomUUID(), name: 'Mug', price: { amount: price, currency: 'EUR' }, stock: { onHand } };
      return [decodeId('prd', await make('/v1/products', body))!, { price, onHand }] as const;
    });
    const products = await Promise.all(made);
    const prices = Object.fromEntries(products.map(([id, { price }]) => [id, price]));
    const onHand = Object.fromEntries(products.map(([id, { onHand: pieces }]) => [id, pieces]));
    const world = await readWorld(till, [ada.uuid, bob.uuid], Object.keys(prices));
    return new Run(till, [ada, bob], new Aim([ada, bob], staff, prices), prices, onHand, debris, world);
  }

  /** @throws when anything is not as it must be */
  async play(command: Command): Promise<void> {
    this.till.note(`command ${command.do}`);
    this.instance += 1;
    if (endsSilence(command)) await this.release();
    switch (command.do) {
      case 'again':
        return this.again(command.request, command.times);
      case 'both':
        return command.other.do === 'work'
          ? this.workMeanwhile(command.one, command.other)
          : this.twoAtOnce(command.one, command.other);
      case 'decide':
        return this.decide(command.payment, command.decision);
      case 'work':
        return this.work(command);
      case 'dispute':
        return this.dispute(command.payment, command.ends);
      case 'goOn':
        return this.goOn();
      case 'breakDown':
        return this.breakDown();
      case 'webhooks':
        await this.deliver(command);
        return this.unchanged();
      case 'wait':
        await this.till.passTime(command.seconds);
        return this.unchanged();
      default:
        return this.request(command);
    }
  }

  /** Lets everything come to its end, and judges that. */
  async end(): Promise<void> {
    await this.goOn();
    await this.release(true);
    const deliver = () => this.deliver({ do: 'webhooks', shuffle: 0, copies: 1, loses: 0 });
    this.till.note(`settled in ${await settle(this.till, deliver, this.debris)} rounds`);
    await this.look();
    assertSettled(this.world);
    const orders = this.world.orders.map(({ id }) => encodeId('ord', id as never));
    await assertEffects(this.till, this.uuids, orders, this.accepted);
    for (const { uuid } of this.customers) this.assertCredit(uuid);
  }

  /** Workers that had stopped go on, with what they knew then. */
  private async goOn(): Promise<void> {
    assert.deepEqual(await this.till.goOn(), [], 'a worker that went on failed');
    await this.look();
  }

  /** What was held back is done, by the provider and by handlers that were slow. */
  private async release(end = false): Promise<void> {
    await this.till.release(end);
    await this.look();
  }

  private async breakDown(): Promise<void> {
    const open = await this.till.sql<{ id: string }>(
      `SELECT a.id FROM payment_attempts a JOIN payments p ON p.id = a.payment_id JOIN orders o ON o.id = p.order_id
       WHERE o.customer_id = ANY($1) AND p.provider = 'sandbox' AND a.next_check_at IS NOT NULL AND a.state <> 'succeeded'`,
      [this.uuids],
    );
    this.till.breakDown(open.map(({ id }) => id));
  }

  private assertCredit(customer: string): void {
    const orders = this.world.orders.filter((order) => order.customer === customer).map(({ id }) => id);
    const own = this.world.payments.filter((one) => one.provider === 'store_credit' && orders.includes(one.order));
    const spent = own.reduce((sum, { captured, refunded }) => sum + captured - refunded, 0);
    assert.equal(this.world.credit[customer], CREDIT - spent, `the store credit of ${customer}`);
  }

  private get uuids(): string[] {
    return this.customers.map(({ uuid }) => uuid);
  }

  /** Reads the world and holds it to what always holds; answers what it was before. */
  private async look(): Promise<void> {
    const before = this.world;
    this.world = await readWorld(this.till, this.uuids, Object.keys(this.prices));
    assertAlways(this.world, this.onHand);
    assertEvolved(before, this.world);
    this.goods.assert(before, this.world, this.inSpite);
    this.inSpite.clear();
    assert.deepEqual(this.till.violations, [], 'Till asked the provider for what it must not');
  }

  private async unchanged(): Promise<void> {
    const before = this.world;
    await this.look();
    assert.deepEqual(differences(before, this.world), [], 'the world changed though nobody did anything');
  }

  private async work({ job, fault, handler }: WorkCommand): Promise<void> {
    const before = this.world;
    const [began] = await this.till.sql<{ now: Date }>('SELECT now()');
    assert.deepEqual(await this.till.work(job, fault, handler), [], `the worker failed to ${job}`);
    await this.look();
    if (job.startsWith('resolve') && !fault) await this.assertNothingWaits(began!.now);
    assertReturnsOwed(before, this.world);
  }

  /** One round of the resolver looks at all that is due, whatever fails about others. */
  private async assertNothingWaits(since: Date): Promise<void> {
    const waiting = await this.till.sql<{ id: string }>(
      `SELECT id FROM payment_attempts WHERE next_check_at <= $1 AND state <> 'succeeded'`,
      [since],
    );
    const forgotten = waiting.filter(({ id }) => !this.till.isBroken(id));
    assert.deepEqual(forgotten, [], 'the resolver did not look at what was due');
  }

  /** The customer's bank takes up a dispute of something captured, whatever has become of its order. */
  private async dispute(which: number, ends: 'won' | 'lost'): Promise<void> {
    const captured = this.world.payments.filter(({ method, captured: taken }) => taken > 0 && TELLING.test(method));
    const payment = captured.at(-1 - (which % Math.max(1, captured.length)));
    if (payment) await this.till.dispute(payment.id, ends);
    return this.unchanged();
  }

  private async request(command: RequestCommand): Promise<void> {
    const request = this.aim.at(this.world, command);
    if (!request) return;
    await this.judged(request, command);
  }

  private async judged(request: Request, command: Sending, call?: Call): Promise<void> {
    const before = this.world;
    const answered = await this.send(request, command, call);
    await this.look();
    const expected = after(before, 'aa', { a: answered }, this.prices);
    assert.ok(expected, `${request.do} was answered ${answered.refused ?? 'with success'}: ${JSON.stringify(request)}`);
    await this.expect([expected], answered);
  }

  private async twoAtOnce(one: RequestCommand, other: RequestCommand): Promise<void> {
    const [first, second] = [this.aim.at(this.world, one), this.aim.at(this.world, other)];
    if (!first || !second) return this.request(first ? one : other);
    const before = this.world;
    const [a, b] = await Promise.all([this.send(first, one), this.send(second, other)]);
    await this.look();
    const expected = worldsAfter(before, a, b, this.prices);
    const answers = `${one.do}: ${a.refused ?? 'done'}, ${other.do}: ${b.refused ?? 'done'}`;
    assert.ok(expected.length > 0, `no order of steps explains ${answers}`);
    await this.expect(expected, a, b);
  }

  /** The world is one of those, but for what the sandbox answered too late, or refused by what Till does not know yet. */
  private async expect(worlds: readonly World[], ...answered: readonly Answered[]): Promise<void> {
    const found = worlds.map((world) => differences(world, this.world));
    if (found.some((list) => list.length === 0)) return;
    if (await this.isExcused(answered)) return;
    assert.fail(`The world is not as it should be:\n${found[0]!.join('\n')}`);
  }

  private async isExcused(answered: readonly Answered[]): Promise<boolean> {
    const ids = answered
      .map(({ request, made, paid }) => ('payment' in request ? request.payment : paid || made))
      .filter(Boolean);
    const states = await this.till.sql<{ id: string; state: string; method: string; disputed: boolean }>(
      `SELECT a.id, a.state, p.payment_method AS method,
         EXISTS (SELECT FROM sandbox.webhooks w WHERE w.payment_id = p.id AND w.movement = 'dispute') AS disputed FROM payment_attempts a JOIN payments p ON p.id = a.payment_id
       WHERE p.id = ANY($1::uuid[]) AND (a.state = 'unknown' OR a.kind <> 'authorize' AND a.state = 'declined')`,
      [ids],
    );
    const late = states.some(({ state }) => state === 'unknown');
    if (late) this.till.note('answered too late');
    return (
      late || states.some(({ id, method, disputed }) => disputed || surprising.test(method) || this.till.isRefused(id))
    );
  }

  private async workMeanwhile(one: RequestCommand, { job, fault, handler }: WorkCommand): Promise<void> {
    const request = this.aim.at(this.world, one);
    const [errors] = await Promise.all([this.till.work(job, fault, handler), request && this.send(request, one)]);
    assert.deepEqual(errors, [], `the worker failed to ${job}`);
    await this.look();
  }

  private async again(which: number, times: number): Promise<void> {
    const earlier = this.sent.at(-1 - (which % Math.max(1, this.sent.length)));
    if (!earlier) return;
    if (isTransient(earlier.answer)) return this.judged(earlier.request, { times, fault: undefined }, earlier.call);
    const repeats = Array.from({ length: times }, (_, n) => insist(this.till, earlier.call, this.instance + n));
    for (const answer of await Promise.all(repeats)) {
      assert.ok(answer.replayed, `a repeat of ${earlier.call.path} was no replay`);
      assert.equal(answer.status, earlier.answer.status);
      if (answer.text !== earlier.answer.text || isUnderWay(earlier.answer)) await this.assertPresent(earlier, answer);
    }
    await this.unchanged();
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
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${this.till.apis[0].url}/v1/${kind}/${id}`, { headers })).json();
  }

  private async decide(which: number, decision: 'approve' | 'refuse'): Promise<void> {
    const waiting = this.world.payments.filter(({ method }) => method === 'pm_requires_action');
    const payment = waiting.at(-1 - (which % Math.max(1, waiting.length)));
    if (!payment) return;
    const [attempt] = await this.till.sql<{ id: string }>(
      `SELECT a.id FROM payment_attempts a JOIN sandbox.operations o ON o.attempt_id = a.id
       WHERE a.payment_id = $1 AND a.kind = 'authorize'`,
      [payment.id],
    );
    if (!attempt) return;
    const page = `${this.till.apis[0].url}/sandbox/challenges/${encodeId('att', attempt.id as never)}`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const response = await fetch(page, { method: 'POST', headers, body: `decision=${decision}` });
    assert.equal(response.status, 200, await response.text());
    await this.unchanged();
  }

  private async deliver({ shuffle, copies, loses }: CourierCommand): Promise<void> {
    const random = randomOf(shuffle);
    const due = (await this.till.webhooks()).map((webhook) => ({ webhook, rank: random() }));
    const inOrder = shuffle === 0 ? due : due.toSorted((a, b) => a.rank - b.rank);
    for (const [n, { webhook }] of inOrder.entries()) {
      if (loses === 1 && n === 0) continue;
      const times = webhook.copies * copies;
      await Promise.all(Array.from({ length: times }, (_, copy) => this.post(webhook, copy)));
      if (loses !== 2) await this.till.arrived(webhook.id);
    }
  }

  private async post({ body, headers }: { body: string; headers: () => Record<string, string> }, n: number) {
    const { url } = this.till.apis[n % 2]!;
    const sent = { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers() } };
    const response = await fetch(`${url}/v1/providers/sandbox/webhooks`, sent);
    assert.equal(response.status, 200, await response.text());
  }

  /** Sends it, so many times at once, under one key; all are answered the same, but for what is not kept. */
  private async send(
    request: Request,
    { times, fault }: Sending,
    call = this.aim.call(this.world, request),
  ): Promise<Answered> {
    this.instance += 1;
    const copies = Array.from({ length: times }, (_, n) =>
      insist(this.till, call, this.instance + n, n === 0 ? fault : undefined),
    );
    const answers = await Promise.all(copies);
    const answer = decisive(answers);
    const isProvisional = answers.some(({ text }) => text !== answer.text) && (await this.isProvisional(call));
    for (const other of answers)
      assert.ok(isSame(answer, other, isProvisional), `one key, two answers: ${call.path}: ${other.text}`);
    assert.ok(answer.status === 201 || answer.status === 409, `${call.path} answered ${answer.status}: ${answer.text}`);
    this.sent.push({ request, call, answer });
    const what = request.do === 'place' && request.pays ? 'place and pay' : request.do;
    const { code, status, payment } = answer.body;
    this.till.note(`${what}: ${answer.status === 409 ? code : (payment?.status ?? status)}`);
    if (answer.status === 409) return { request, made: '', paid: '', refused: code };
    if (request.do === 'fulfil' && request.inSpite) this.inSpite.add(request.order);
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
}

/** A provider that is silent has done what it was asked for before Till asks after it. */
function endsSilence(command: Command): boolean {
  const work = command.do === 'both' ? command.other : command;
  return work.do === 'wait' || (work.do === 'work' && work.job.startsWith('resolve'));
}

/** Besides them, what says that it waits for something under way. */
const isTransient = ({ body }: Answer): boolean =>
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
