import assert from 'node:assert/strict';
import { encodeId } from '../../src/shared/ids.js';
import { Aim } from './aim.js';
import type { Call } from './client.js';
import type { Command, RequestCommand, WorkCommand } from './commands.js';
import { GoodsAndMoney } from './goods-and-money.js';
import { assertAlways, assertEvolved, assertReturnsOwed, assertSettled } from './invariants.js';
import { after, worldsAfter } from './model.js';
import { ProviderSide } from './provider-side.js';
import { type Answered, BY_PROVIDER, type Request } from './request.js';
import { isTransient, Requests, type Sending } from './requests.js';
import { CREDIT, makeSetting, type Setting } from './setting.js';
import { assertEffects, settle } from './settled.js';
import { differences } from './sameness.js';
import { Statements } from './statements.js';
import type { Till } from './till.js';
import { readWorld, type World } from './world.js';

/** One run: customers and products of its own, and commands that are played against them and judged one by one. */
export class Run {
  private readonly aim: Aim;
  private readonly requests: Requests;
  private readonly provider: ProviderSide;
  private readonly goods: GoodsAndMoney;
  private readonly statements: Statements;
  /** Orders that are being shipped in spite of a dispute. */
  private readonly inSpite = new Set<string>();

  private constructor(
    private readonly till: Till,
    private readonly setting: Setting,
    private world: World,
  ) {
    this.aim = new Aim(setting, till.name);
    this.requests = new Requests(till);
    this.provider = new ProviderSide(till);
    this.goods = new GoodsAndMoney();
    this.statements = new Statements(till, this.uuids, setting.staff.token, setting.currency);
  }

  static async begin(till: Till, isLimited: boolean): Promise<Run> {
    const setting = await makeSetting(till, isLimited);
    const customers = setting.customers.map(({ uuid }) => uuid);
    return new Run(till, setting, await readWorld(till, customers, Object.keys(setting.prices), setting.limit));
  }

  /** @throws when anything is not as it must be */
  async play(command: Command): Promise<void> {
    this.till.note(`command ${command.do}`);
    if (endsSilence(command)) await this.release();
    switch (command.do) {
      case 'begin':
        return;
      case 'again':
        return this.again(command.request, command.times);
      case 'leave':
        return this.leave(command.request);
      case 'comeBack':
        await this.requests.comeBack();
        return this.look();
      case 'both':
        return command.other.do === 'work'
          ? this.workMeanwhile(command.one, command.other)
          : this.twoAtOnce(command.one, command.other);
      case 'decide':
        await this.provider.decide(this.world, command.payment, command.decision);
        return this.unchanged();
      case 'work':
        return this.work(command);
      case 'dispute':
        await this.provider.dispute(this.world, command.payment, command.ends);
        return this.unchanged();
      case 'statement':
        return (await this.statements.take(command)) ? this.look() : this.unchanged();
      case 'settle':
        await this.statements.settle(command);
        return this.unchanged();
      case 'goOn':
        return this.goOn();
      case 'breakDown':
        return this.provider.breakDown(this.uuids);
      case 'webhooks':
        await this.provider.deliver(command);
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
    while (await this.requests.comeBack());
    await this.goOn();
    await this.release(true);
    const deliver = () => this.provider.deliver({ do: 'webhooks', shuffle: 0, copies: 1, loses: 0 });
    this.till.note(`settled in ${await settle(this.till, deliver, this.setting.debris)} rounds`);
    await this.look();
    assertSettled(this.world);
    await this.statements.end();
    await this.unchanged();
    const orders = this.world.orders.map(({ id }) => encodeId('ord', id as never));
    await assertEffects(this.till, this.uuids, orders, this.requests.accepted);
    for (const { uuid } of this.setting.customers) this.assertCredit(uuid);
    this.till.made.orders += this.requests.accepted['place'] ?? 0;
    this.till.made.payments += this.requests.accepted['pay'] ?? 0;
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

  private assertCredit(customer: string): void {
    const orders = this.world.orders.filter((order) => order.customer === customer).map(({ id }) => id);
    const own = this.world.payments.filter((one) => one.provider === 'store_credit' && orders.includes(one.order));
    const spent = own.reduce((sum, { captured, refunded }) => sum + captured - refunded, 0);
    assert.equal(this.world.credit[customer], CREDIT - spent, `the store credit of ${customer}`);
  }

  private get uuids(): string[] {
    return this.setting.customers.map(({ uuid }) => uuid);
  }

  /** Reads the world and holds it to what always holds; answers what it was before. */
  private async look(): Promise<void> {
    const before = this.world;
    this.world = await readWorld(this.till, this.uuids, Object.keys(this.setting.prices), this.setting.limit);
    assertAlways(this.world, this.setting.onHand);
    assertEvolved(before, this.world);
    this.goods.assert(before, this.world, this.inSpite);
    this.inSpite.clear();
    assert.deepEqual(this.till.violations(), [], 'Till asked the provider for what it must not');
  }

  private async unchanged(): Promise<void> {
    const before = this.world;
    await this.look();
    assert.deepEqual(differences(before, this.world), [], 'the world changed though nobody did anything');
  }

  private async work({ job, fault, handler }: WorkCommand): Promise<void> {
    const before = this.world;
    const [began] = await this.till.sql<{ now: Date }>('SELECT now()');
    const kills = this.till.kills();
    assert.deepEqual(await this.till.work(job, fault, handler), [], `the worker failed to ${job}`);
    await this.look();
    if (job.startsWith('resolve') && !fault && this.till.kills() === kills) await this.assertNothingWaits(began!.now);
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

  private async request(command: RequestCommand): Promise<void> {
    const request = this.aim.at(this.world, command);
    if (!request) return;
    await this.judged(request, command);
  }

  /** What an interrupted request came to is not known: the world is held to what always holds. */
  private async leave(command: RequestCommand): Promise<void> {
    const request = this.aim.at(this.world, command);
    if (request) await this.requests.leave(request, command, this.aim.call(this.world, request));
    await this.look();
  }

  private async judged(request: Request, command: Sending, call?: Call): Promise<void> {
    const before = this.world;
    const answered = await this.send(request, command, call);
    await this.look();
    const expected = after(before, 'aa', { a: answered }, this.setting.prices);
    assert.ok(expected, `${request.do} was answered ${answered.refused ?? 'with success'}: ${JSON.stringify(request)}`);
    await this.expect([expected], answered);
  }

  private async twoAtOnce(one: RequestCommand, other: RequestCommand): Promise<void> {
    const [first, second] = [this.aim.at(this.world, one), this.aim.at(this.world, other)];
    if (!first || !second) return this.request(first ? one : other);
    const before = this.world;
    const [a, b] = await Promise.all([this.send(first, one), this.send(second, other)]);
    await this.look();
    const expected = worldsAfter(before, a, b, this.setting.prices);
    const answers = `${one.do}: ${a.refused ?? 'done'}, ${other.do}: ${b.refused ?? 'done'}`;
    assert.ok(expected.length > 0, `no order of steps explains ${answers}`);
    await this.expect(expected, a, b);
  }

  /** The world is one of those, but for what the sandbox answered too late, or refused by what Till does not know yet. */
  private async expect(worlds: readonly World[], ...answered: readonly Answered[]): Promise<void> {
    const found = worlds.map((world) => differences(world, this.world));
    const isRight = found.some((list) => list.length === 0);
    const isDeclined = answered.some(({ refused }) => refused === BY_PROVIDER);
    if (isRight && !isDeclined) return;
    if (await this.provider.excuses(answered)) return;
    assert.ok(!isRight, 'Till says that the provider refused, and the provider did not');
    assert.fail(`The world is not as it should be:\n${found[0]!.join('\n')}`);
  }

  private async workMeanwhile(one: RequestCommand, { job, fault, handler }: WorkCommand): Promise<void> {
    const request = this.aim.at(this.world, one);
    const [errors] = await Promise.all([this.till.work(job, fault, handler), request && this.send(request, one)]);
    assert.deepEqual(errors, [], `the worker failed to ${job}`);
    await this.look();
  }

  private async again(which: number, times: number): Promise<void> {
    const earlier = this.requests.earlier(which);
    if (!earlier) return;
    if (isTransient(earlier.answer)) return this.judged(earlier.request, { times, fault: undefined }, earlier.call);
    await this.requests.repeat(earlier, times);
    await this.unchanged();
  }

  private async send(request: Request, sending: Sending, call = this.aim.call(this.world, request)): Promise<Answered> {
    const answered = await this.requests.send(request, sending, call);
    if (request.do === 'fulfil' && request.inSpite && !answered.refused) this.inSpite.add(request.order);
    return answered;
  }
}

/** A provider that is silent has done what it was asked for before Till asks after it. */
function endsSilence(command: Command): boolean {
  const work = command.do === 'both' ? command.other : command;
  return work.do === 'wait' || (work.do === 'work' && work.job.startsWith('resolve'));
}
