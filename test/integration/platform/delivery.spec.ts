import { EventEmitter, once } from 'node:events';
import { Redis } from 'ioredis';
import { register } from 'prom-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { DeliveriesRepository } from '../../../src/platform/delivery/deliveries.repository.js';
import { FinalFailure } from '../../../src/platform/delivery/index.js';
import { MAX_ATTEMPTS } from '../../../src/platform/delivery/retry-delay.js';
import type { EventId } from '../../../src/shared/ids.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { startWorker, type Worker } from '../../support/delivery.js';
import { ownRedis, type OwnServer } from '../../support/servers.js';
import { switchableProxy } from '../../support/switchable-proxy.js';

const names = (count: number) => Array.from({ length: count }, (_, index) => `thing-${index}`);
const soon = { timeout: 20_000, interval: 50 };

const rows = (worker: Worker) => worker.tx.query('SELECT * FROM event_deliveries ORDER BY event_id');
/** As if every lease and every wait between attempts were over. */
const timePasses = (worker: Worker) =>
  worker.tx.run(() => worker.tx.query(`UPDATE event_deliveries SET next_attempt_at = now() WHERE status <> 'done'`));
const ids = async (worker: Worker) => (await rows(worker)).map(({ event_id }) => event_id as EventId);
const statuses = async (worker: Worker) => new Set((await rows(worker)).map(({ status }) => status));
const allDone = async (worker: Worker) => expect(await statuses(worker)).toEqual(new Set(['done']));

const valueOf = async (metric: string): Promise<number> => {
  const found = (await register.getMetricsAsJSON()).find(({ name }) => name === metric);
  return (found?.values ?? []).reduce((sum, { value }) => sum + Number(value), 0);
};
/** Events that were delivered without Redis, and connections that were made anew, since the tests began. */
const direct = () => valueOf('till_deliveries_direct_total');
const reconnects = () => valueOf('till_redis_reconnects_total');

/** Why Redis takes no jobs, while events come: a moment later it may be asked again. */
const problemsOf = ({ listener, problems }: Worker) => {
  const met = new Set<string | undefined>();
  listener.effect = async () => void met.add(problems()[0]);
  return met;
};

describe('delivery of events', () => {
  let database: TestDatabase;
  let redis: OwnServer;
  let workers: Worker[];

  beforeAll(async () => {
    redis = await ownRedis();
  });
  beforeEach(async () => {
    database = await createDatabase();
    workers = [];
  });
  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.close()));
    await database.drop();
  });
  afterAll(() => redis.remove());

  async function started(): Promise<Worker> {
    const worker = await startWorker(database.url, redis.url);
    workers.push(worker);
    return worker;
  }

  const heard = () => workers.flatMap(({ listener }) => listener.heard).toSorted();

  it('brings every event to its subscriber once, and forgets what nobody wants', async () => {
    const worker = await started();
    await worker.record(names(3));
    await worker.record(['other'], 'thing.ignored');
    await vi.waitFor(() => expect(heard()).toEqual(names(3)), soon);
    await vi.waitFor(async () => expect(await worker.tx.query('SELECT FROM outbox')).toHaveLength(0), soon);
    await vi.waitFor(() => allDone(worker), soon);
    expect(await rows(worker)).toHaveLength(3);
  });

  it('gives up at once what fails for good, and delivers the rest', async () => {
    const worker = await started();
    worker.listener.effect = ({ aggregate }) =>
      aggregate.id === 'thing-1' ? Promise.reject(new FinalFailure('nobody lives there')) : Promise.resolve();
    await worker.record(names(3));
    await vi.waitFor(async () => expect(await statuses(worker)).toEqual(new Set(['done', 'dead'])), soon);
    const dead = (await rows(worker)).filter(({ status }) => status === 'dead');
    expect(dead).toMatchObject([{ attempts: 1, last_error: 'nobody lives there' }]);
    expect(heard()).toEqual(['thing-0', 'thing-2']);
  });

  it('does not deliver what was rolled back', async () => {
    const worker = await started();
    await expect(
      worker.tx.run(async () => {
        await worker.record(['undone']);
        throw new Error('undo');
      }),
    ).rejects.toThrow('undo');
    await worker.record(['kept']);
    await vi.waitFor(() => expect(heard()).toEqual(['kept']), soon);
  });

  it('shares the work of two workers without doing any of it twice', async () => {
    const [one, two] = [await started(), await started()];
    const many = names(1200).map((name, index) => `${String(index).padStart(4, '0')}-${name}`);
    await Promise.all([one.record(many.slice(0, 600)), two.record(many.slice(600))]);
    await vi.waitFor(() => expect(heard()).toHaveLength(1200), soon);
    await vi.waitFor(() => allDone(one), soon);
    expect(heard()).toEqual(many);
  });

  it('does the effect once when a job runs twice, on two workers at the same time', async () => {
    const [one, two] = [await started(), await started()];
    await Promise.all(workers.map(({ queue }) => queue.pause(true)));
    await one.record(names(100));
    await vi.waitFor(async () => expect(await statuses(one)).toEqual(new Set(['queued'])), soon);
    const all = await ids(one);
    await Promise.all([one.listener.hear(all), two.listener.hear(all), two.listener.hear(all), one.listener.hear(all)]);
    expect(heard()).toEqual(names(100).toSorted());
    await one.listener.hear(all);
    expect(heard()).toHaveLength(100);
  });

  it('loses nothing when Redis is emptied while jobs wait', async () => {
    const worker = await started();
    await worker.queue.pause();
    await worker.record(names(120));
    await vi.waitFor(async () => expect(await statuses(worker)).toEqual(new Set(['queued'])), soon);
    expect(await worker.queue.getPausedCount()).toBeGreaterThan(0);
    await worker.queue.client.flushall();
    await timePasses(worker);
    await vi.waitFor(() => expect(heard()).toEqual(names(120).toSorted()), soon);
  });

  const throughRedis = async (worker: Worker) => {
    await vi.waitFor(async () => expect(worker.problems()).toEqual([undefined]), soon);
    const [heardBefore, directBefore] = [heard().length, await direct()];
    await worker.record(['again-1', 'again-2']);
    await vi.waitFor(() => expect(heard()).toHaveLength(heardBefore + 2), soon);
    expect(await direct()).toBe(directBefore);
  };

  it('delivers each once without Redis, and through it when it is back', async () => {
    const worker = await started();
    await redis.stop();
    try {
      await worker.record(names(60));
      await vi.waitFor(() => expect(heard()).toEqual(names(60).toSorted()), soon);
      // The first job may still be waiting for the connection that has just ended.
      expect(worker.problems()).toEqual([
        expect.stringMatching(/^Redis (does not answer\.|takes no jobs \(Redis did not answer within 2000 ms\.\)\.)$/),
      ]);
      await vi.waitFor(() => allDone(worker), soon);
    } finally {
      await redis.start();
    }
    await throughRedis(worker);
    await vi.waitFor(() => allDone(worker), soon);
    expect(heard()).toHaveLength(62);
  });

  it('delivers although Redis hangs', async () => {
    const worker = await started();
    process.kill(redis.pid(), 'SIGSTOP');
    try {
      await worker.record(names(5));
      await vi.waitFor(() => expect(heard()).toEqual(names(5)), soon);
    } finally {
      process.kill(redis.pid(), 'SIGCONT');
    }
    await throughRedis(worker);
    expect(heard()).toHaveLength(7);
  });

  it('starts, delivers and stops while Redis is away', async () => {
    await redis.stop();
    try {
      const worker = await startWorker(database.url, redis.url);
      await worker.record(names(1));
      await vi.waitFor(() => allDone(worker), soon);
      expect(worker.listener.heard).toEqual(names(1));
      await worker.close();
    } finally {
      await redis.start();
    }
  });

  it('delivers at once, through Redis, after Redis has forgotten all scripts', async () => {
    const worker = await started();
    await throughRedis(worker);
    for (let round = 1; round <= 3; round++) {
      await worker.queue.client.script('FLUSH');
      await throughRedis(worker);
    }
    expect(heard()).toHaveLength(8);
  });

  it('delivers while Redis takes no writes because it has become a replica, and connects anew', async () => {
    const worker = await started();
    await throughRedis(worker);
    const administration = new Redis(redis.url);
    try {
      await administration.replicaof('127.0.0.1', 1);
      const problems = problemsOf(worker);
      await worker.record(names(60));
      await vi.waitFor(() => expect(heard()).toHaveLength(62), soon);
      expect([...problems]).toContainEqual(expect.stringMatching(/^Redis (takes no jobs \(READONLY|does not answer)/));
      expect(await reconnects()).toBeGreaterThan(0);
    } finally {
      await administration.replicaof('NO', 'ONE');
      administration.disconnect();
    }
    await throughRedis(worker);
    expect(heard()).toHaveLength(64);
  });

  it('delivers while Redis is full', async () => {
    const worker = await started();
    await throughRedis(worker);
    await worker.queue.client.config('SET', 'maxmemory', '1');
    try {
      const problems = problemsOf(worker);
      await worker.record(names(60));
      await vi.waitFor(() => expect(heard()).toHaveLength(62), soon);
      expect([...problems]).toContainEqual(expect.stringContaining('OOM'));
    } finally {
      await worker.queue.client.config('SET', 'maxmemory', '0');
    }
    await throughRedis(worker);
  });

  it('delivers although jobs go to one server and are asked for at another, and connects anew', async () => {
    const next = await ownRedis();
    const proxy = await switchableProxy(redis.port);
    const worker = await startWorker(database.url, `redis://127.0.0.1:${proxy.port}`);
    workers.push(worker);
    try {
      await throughRedis(worker);
      proxy.switchTo(next.port);
      worker.queue.client.disconnect(true); // the connection that asks for jobs stays
      const before = Date.now();
      await worker.record(names(60));
      await vi.waitFor(() => expect(heard()).toHaveLength(62), soon);
      expect(Date.now() - before).toBeLessThan(15_000);
      await throughRedis(worker);
    } finally {
      await worker.close();
      workers.pop();
      await proxy.close();
      await next.remove();
    }
  });

  it('tries again what failed, later each time, and leaves the others alone', async () => {
    const worker = await started();
    const began = Date.now();
    let failures = 0;
    worker.listener.effect = async ({ aggregate }) => {
      if (aggregate.id === 'thing-1' && failures++ < 2) throw new Error('the server said no');
    };
    await worker.record(names(3));
    await vi.waitFor(
      async () =>
        expect(await rows(worker)).toContainEqual(expect.objectContaining({ attempts: 1, status: 'pending' })),
      soon,
    );
    expect(heard()).toEqual(['thing-0', 'thing-2']);
    const [failed] = (await rows(worker)).filter(({ status }) => status === 'pending');
    expect(failed).toMatchObject({ last_error: 'the server said no' });
    const next = (failed!.next_attempt_at as Date).getTime();
    expect(next - began).toBeGreaterThan(3700);
    expect(next - Date.now()).toBeLessThan(6500);
    await timePasses(worker);
    await vi.waitFor(
      async () =>
        expect(await rows(worker)).toContainEqual(expect.objectContaining({ attempts: 2, status: 'pending' })),
      soon,
    );
    await timePasses(worker);
    await vi.waitFor(() => allDone(worker), soon);
    expect(heard()).toEqual(names(3));
  });

  it('gives up after the last attempt and keeps the reason', async () => {
    const worker = await started();
    worker.listener.effect = () => Promise.reject(new Error('no such mailbox'));
    await worker.record(names(1));
    await vi.waitFor(async () => expect(await rows(worker)).toMatchObject([{ attempts: 1, status: 'pending' }]), soon);
    await worker.tx.run(() => worker.tx.query('UPDATE event_deliveries SET attempts = $1', [MAX_ATTEMPTS - 1]));
    await timePasses(worker);
    await vi.waitFor(
      async () => expect(await rows(worker)).toMatchObject([{ status: 'dead', last_error: 'no such mailbox' }]),
      soon,
    );
  });

  it('takes up what a killed worker had claimed, but not before its lease is over', async () => {
    const worker = await started();
    await worker.queue.pause(true);
    await worker.record(names(2));
    await vi.waitFor(async () => expect(await statuses(worker)).toEqual(new Set(['queued'])), soon);
    const all = await ids(worker);
    expect(await new DeliveriesRepository(worker.tx).claim('listener', all)).toHaveLength(2);
    await worker.listener.hear(all);
    expect(heard()).toEqual([]);
    await timePasses(worker);
    await worker.queue.resume(true);
    await vi.waitFor(() => expect(heard()).toEqual(names(2)), soon);
    await vi.waitFor(() => allDone(worker), soon);
  });

  it('takes up within the lease what a killed worker had claimed, and leaves a slow one that lives its claims', async () => {
    const [slow, other] = [await started(), await started()];
    const gate = new EventEmitter();
    const begun: string[] = [];
    for (const { listener } of workers) {
      listener.effect = ({ aggregate }) => {
        begun.push(aggregate.id);
        return aggregate.id === 'slow' ? once(gate, 'open').then(() => undefined) : Promise.resolve();
      };
    }
    await slow.record(['slow']);
    await vi.waitFor(() => expect(begun).toEqual(['slow']), soon);
    // As a worker leaves them that is killed in the middle: claimed, by nobody who extends the claim.
    await Promise.all(workers.map(({ queue }) => queue.pause(true, true)));
    await slow.record(names(2));
    const dead = `SELECT event_id FROM event_deliveries WHERE status = 'queued'`;
    await vi.waitFor(async () => expect(await slow.tx.query(dead)).toHaveLength(2), soon);
    const lost = (await slow.tx.query(dead)).map(({ event_id }) => event_id as EventId);
    const killedAt = Date.now();
    expect(await new DeliveriesRepository(slow.tx).claim('listener', lost)).toHaveLength(2);
    await Promise.all(workers.map(({ queue }) => queue.resume(true)));

    await vi.waitFor(() => expect(heard()).toEqual(names(2)), { timeout: 40_000, interval: 50 });
    expect(Date.now() - killedAt).toBeGreaterThan(10_000);
    expect(Date.now() - killedAt).toBeLessThan(30_000);
    // More than a lease has passed since the slow one began.
    expect(begun.toSorted()).toEqual(['slow', ...names(2)].toSorted());
    gate.emit('open');
    await vi.waitFor(() => allDone(other), soon);
    expect(begun.filter((id) => id === 'slow')).toHaveLength(1);
  });

  it('lets a failure of an old claim change nothing of a newer one', async () => {
    const worker = await started();
    await worker.queue.pause(true);
    await worker.record(names(1));
    await vi.waitFor(async () => expect(await statuses(worker)).toEqual(new Set(['queued'])), soon);
    const repository = new DeliveriesRepository(worker.tx);
    const all = await ids(worker);
    const [old] = await repository.claim('listener', all);
    await timePasses(worker);
    const [newer] = await vi.waitFor(async () => {
      const claimed = await repository.claim('listener', all);
      expect(claimed).toHaveLength(1);
      return claimed;
    }, soon);
    await repository.record('listener', [
      { id: old!.id, attempt: old!.attempt, status: 'pending', error: 'late', delaySeconds: 0 },
    ]);
    expect(await rows(worker)).toMatchObject([{ status: 'running', attempts: newer!.attempt, last_error: null }]);
  });

  it('finishes what runs when it is shut down, and leaves the rest to others', async () => {
    const worker = await startWorker(database.url, redis.url);
    const gate = new EventEmitter();
    let begun = 0;
    worker.listener.effect = () => {
      begun += 1;
      return once(gate, 'open').then(() => {});
    };
    await worker.record(names(40));
    await vi.waitFor(() => expect(begun).toBe(10), soon);
    const closed = worker.close();
    await vi.waitFor(() => expect(worker.queue).toHaveProperty('closing'), soon);
    gate.emit('open');
    await closed;
    expect(worker.listener.heard).toHaveLength(10);
    const other = await started();
    await vi.waitFor(() => expect(other.listener.heard).toHaveLength(30), soon);
    expect([...worker.listener.heard, ...other.listener.heard].toSorted()).toEqual(names(40).toSorted());
  });

  it('stops at last though what runs never ends', { timeout: 60_000 }, async () => {
    const worker = await startWorker(database.url, redis.url);
    let begun = 0;
    worker.listener.effect = () => {
      begun += 1;
      return new Promise(() => undefined);
    };
    await worker.record(names(1));
    await vi.waitFor(() => expect(begun).toBe(1), soon);
    await worker.close();
  });
});
