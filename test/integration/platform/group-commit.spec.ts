import { Client } from 'pg';
import { DataSource, type DataSourceOptions, EntitySchema } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type BatchQuery,
  type BatchStatement,
  DatabaseUnavailable,
  dataSourceOptions,
  Transaction,
  violatedConstraint,
} from '../../../src/platform/database/index.js';
import { withResolvers } from '../../../src/platform/database/wire/protocol.js';
import { NotFound } from '../../../src/shared/errors.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { grouped } from '../../support/grouped.js';
import { randomOf } from '../../support/mutation.js';
import { commitSeed as seed } from '../../support/seed.js';

const Label = new EntitySchema<{ box: number }>({
  name: 'label',
  tableName: 'labels',
  columns: { box: { type: 'int', primary: true } },
});
/** A thousand use cases at once on a busy machine wait longer for a connection than a client would. */
const patiently = (options: DataSourceOptions) =>
  ({ ...options, extra: { ...(options.extra as object), connectionTimeoutMillis: 30_000 } }) as DataSourceOptions;

let database: TestDatabase;
let dataSource: DataSource;
let bystander: Client;
let tx: Transaction;

beforeAll(async () => {
  database = await createDatabase();
  const options = { ...dataSourceOptions(database.url, 10), entities: [Label] };
  dataSource = await new DataSource(patiently(options)).initialize();
  bystander = new Client({ connectionString: database.url });
  await bystander.connect();
  await dataSource.query(`
    CREATE TABLE boxes (id int PRIMARY KEY, filled int NOT NULL CONSTRAINT not_overfilled CHECK (filled <= 9), total int NOT NULL DEFAULT 0);
    CREATE TABLE labels (box int)`);
});
afterAll(async () => {
  await bystander.end();
  await dataSource.destroy();
  await database.drop();
});
beforeEach(async () => {
  tx = new Transaction(dataSource, { lockOrder: ['box'], groupCommit: true });
  await dataSource.query(
    'TRUNCATE boxes, labels; INSERT INTO boxes (id, filled) SELECT id, 0 FROM generate_series(1, 100) AS t (id)',
  );
});

const LOCK = {
  sql: 'SELECT id, filled FROM boxes WHERE id = ANY($1::int[]) ORDER BY id FOR UPDATE',
  key: 'id',
  locks: 'box',
} as const satisfies BatchQuery;
const SET: BatchStatement<readonly [id: number, filled: number]> = {
  sql: `
  UPDATE boxes b SET filled = t.filled FROM unnest($1::int[], $2::int[]) AS t (id, filled) WHERE b.id = t.id`,
  columns: 'id, filled',
  rowOf: (row) => [...row],
};

const LOCK_TOTAL = { ...LOCK, sql: LOCK.sql.replace('filled', 'total') };
const ADD_UP = { ...SET, sql: SET.sql.replaceAll('filled', 'total') };
/** Puts one more into a box, and says what is in it then. */
async function add(id: number): Promise<number> {
  const [box] = await tx.queryBatch<{ filled: number }>(LOCK, [[id]]);
  const filled = (box?.filled ?? NaN) + 1;
  tx.writeBatch(SET, [[id, filled]]);
  return filled;
}
const GROUP = { group: 'boxes' };
const inGroup = <T>(work: () => Promise<T>) => tx.run(work, GROUP);
const all = (...works: (() => Promise<unknown>)[]) =>
  grouped(tx, works.length, () => Promise.allSettled(works.map((work) => inGroup(work))));
const boxes = (ids: readonly number[]) =>
  dataSource.query<{ filled: number; transaction: string }[]>(
    'SELECT filled, xmin::text AS transaction FROM boxes WHERE id = ANY($1) ORDER BY id',
    [ids],
  );
const filled = async (...ids: number[]) => (await boxes(ids)).map((box) => box.filled);
/** How many transactions wrote these boxes last. */
const transactions = async (...ids: number[]) => new Set((await boxes(ids)).map((box) => box.transaction)).size;
const overfill = async () => tx.writeBatch(SET, [[3, 10]], { not_overfilled: () => new NotFound('larger box') });
const fault = new Error('changed my mind');
const fail = async () => {
  await add(3);
  throw fault;
};
/** Holds rows, as somebody does who never heard of groups, while `work` runs. */
const held = async (ids: string, work: () => Promise<void>) => {
  await bystander.query(`BEGIN; SELECT FROM boxes WHERE id IN (${ids}) FOR UPDATE`);
  try {
    await work();
  } finally {
    await bystander.query('ROLLBACK');
  }
};
const lost = async () => {
  await add(1);
  const [backend] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  await bystander.query('SELECT pg_terminate_backend($1)', [backend?.pid]);
  await tx.query('SELECT 1');
};
const done = (value: unknown) => ({ status: 'fulfilled', value });
const refused = (reason: unknown) => ({ status: 'rejected', reason: reason as unknown });

describe('Use cases of a group', () => {
  it('share one transaction', async () => {
    const results = await all(...[1, 2, 3, 4, 5].map((id) => () => add(id)));
    expect(results).toEqual([1, 1, 1, 1, 1].map(done));
    expect(await transactions(1, 2, 3, 4, 5)).toBe(1);
  });

  it('commit by themselves, once each, when one fails after it wrote', async () => {
    const results = await all(
      () => add(1),
      () => add(2),
      fail,
      () => add(4),
    );
    expect(results).toEqual([done(1), done(1), refused(fault), done(1)]);
    expect(await filled(1, 2, 3, 4)).toEqual([1, 1, 0, 1]);
    expect(await transactions(1, 2, 4)).toBe(3);
  });

  it('commit by themselves when a write of one violates a constraint', async () => {
    const results = await all(
      () => add(1),
      () => add(2),
      overfill,
      () => Promise.resolve(tx.write('UPDATE boxes SET filled = 10 WHERE id = 4')),
    );
    expect(results).toMatchObject([
      done(1),
      done(1),
      { reason: expect.any(NotFound) as NotFound },
      { status: 'rejected' },
    ]);
    expect(violatedConstraint((results[3] as PromiseRejectedResult).reason)).toBe('not_overfilled');
    expect(await filled(1, 2, 3, 4)).toEqual([1, 1, 0, 0]);
  });

  it('are unharmed by one that refuses before it wrote', async () => {
    const refusal = new NotFound('box');
    const refusing = async () => {
      await tx.queryBatch(LOCK, [[3]]);
      throw refusal;
    };
    const results = await all(
      () => add(1),
      () => add(2),
      refusing,
      () => add(4),
    );
    expect(results).toEqual([done(1), done(1), refused(refusal), done(1)]);
    expect(await transactions(1, 2, 4)).toBe(1);
    expect(await filled(3)).toEqual([0]);
  });

  it('keep nothing of one that refuses after a statement of its own, whatever that was', async () => {
    const refusal = new NotFound('label');
    const refusing = async () => {
      await tx.query('INSERT INTO labels VALUES (3) RETURNING box');
      throw refusal;
    };
    const throughTypeOrm = async () => {
      await tx.repository(Label).query('INSERT INTO labels VALUES (4)');
      throw refusal;
    };
    const results = await all(
      () => add(1),
      refusing,
      throughTypeOrm,
      () => add(2),
    );
    expect(results).toEqual([done(1), refused(refusal), refused(refusal), done(1)]);
    expect(await dataSource.query('SELECT * FROM labels')).toEqual([]);
    expect(await filled(1, 2)).toEqual([1, 1]);
  });

  it('believe a refusal only when what it saw was committed', async () => {
    let runs = 0;
    const refusingAtFirst = async () => {
      await tx.queryBatch(LOCK, [[1]]);
      if (++runs === 1) throw new NotFound('box');
      return 'second thoughts';
    };
    const results = await all(refusingAtFirst, fail);
    expect(results).toMatchObject([done('second thoughts'), { status: 'rejected' }]);
    expect(runs).toBe(2);
  });

  it('that want the same row are served one after the other', async () => {
    const results = await all(...[1, 1, 2, 1, 3].map((id) => () => add(id)));
    const values = results.map((result) => (result.status === 'fulfilled' ? result.value : result.reason));
    expect([values[0], values[1], values[3]].toSorted()).toEqual([1, 2, 3]);
    expect(await filled(1, 2, 3)).toEqual([3, 1, 1]);
  });

  it('of any number are all done, once', async () => {
    const ids = Array.from({ length: 100 }, (_, n) => n + 1);
    const results = await all(...ids.map((id) => () => add(id)));
    expect(results).toEqual(ids.map(() => done(1)));
    expect(await filled(...ids)).toEqual(ids.map(() => 1));
    expect(await transactions(...ids)).toBeLessThan(10);
  });

  it('leave with those of their own kind only', async () => {
    const kinds = ['place', 'pay', 'place', 'pay', 'place'];
    await grouped(tx, kinds.length, () =>
      Promise.all(kinds.map((kind, index) => tx.run(() => add(index + 1), { group: kind }))),
    );
    expect(await filled(1, 2, 3, 4, 5)).toEqual([1, 1, 1, 1, 1]);
    expect([await transactions(1, 3, 5), await transactions(2, 4), await transactions(1, 2)]).toEqual([1, 1, 2]);
  });

  it('join a transaction that runs', async () => {
    const failing = tx.run(async () => {
      await inGroup(() => add(1));
      throw new Error('the outer one fails');
    });
    await expect(failing).rejects.toThrow('the outer one fails');
    expect(await filled(1)).toEqual([0]);
  });

  it('are told at once what keeps all of them from committing, and nothing of them is done', async () => {
    const results = await all(
      lost,
      () => add(2),
      () => add(3),
    );
    const unavailable = { status: 'rejected', reason: expect.any(DatabaseUnavailable) as DatabaseUnavailable };
    expect(results).toEqual([unavailable, unavailable, unavailable]);
    expect(await filled(1, 2, 3)).toEqual([0, 0, 0]);
    expect(await inGroup(() => add(2))).toBe(1);
  });
});

describe('A row that somebody else holds', () => {
  it('keeps only those waiting who want it, not their group, nor who comes later', async () => {
    let blocked: Promise<PromiseSettledResult<unknown>[]> | undefined;
    await held('1', async () => {
      const began = performance.now();
      const answered = { blocked: false };
      const others = await grouped(tx, 4, async () => {
        const waits = inGroup(() => add(1)).finally(() => (answered.blocked = true));
        blocked = Promise.allSettled([waits]);
        return Promise.all([2, 3, 4].map((id) => inGroup(() => add(id))));
      });
      expect(others).toEqual([1, 1, 1]);
      expect(await Promise.all([5, 6, 7].map((id) => inGroup(() => add(id))))).toEqual([1, 1, 1]);
      // One after the other: were each kept until it may go besides the one that waits, it would take 3 s.
      for (let id = 8; id < 38; id++) await inGroup(() => add(id));
      expect(performance.now() - began).toBeLessThan(2000);
      expect(answered.blocked).toBe(false);
    });
    expect(await blocked).toEqual([done(1)]);
    expect(await filled(1, 2, 3, 4, 5, 6, 7)).toEqual([1, 1, 1, 1, 1, 1, 1]);
  });

  it('deadlocks with nobody for good: who locks against the order of the house is served, and so is the group', async () => {
    const [holdsTwo, groupHoldsOne] = [withResolvers<void>(), withResolvers<void>()];
    const against = tx.run(async () => {
      await tx.query('SELECT FROM boxes WHERE id = 2 FOR UPDATE');
      holdsTwo.resolve();
      await groupHoldsOne.promise;
      await tx.query('UPDATE boxes SET filled = filled + 1 WHERE id IN (1, 2)');
    });
    await holdsTwo.promise;
    const group = all(...[1, 2, 3].map((id) => () => add(id)));
    const free = 'SELECT FROM boxes WHERE id = 1 FOR UPDATE SKIP LOCKED';
    await expect.poll(async () => (await bystander.query(free)).rowCount, { interval: 1 }).toBe(0);
    groupHoldsOne.resolve();
    await against;
    expect(await group).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled' }, { status: 'fulfilled' }]);
    expect(await filled(1, 2, 3)).toEqual([2, 2, 1]);
  });
});

/** Adds one to a box's total; by `how`, it refuses, fails after it wrote, or writes what the database refuses. */
async function addUp(box: number, how: number): Promise<void> {
  const [row] = await tx.queryBatch<{ total: number }>(LOCK_TOTAL, [[box]]);
  if (how === 0) throw new NotFound('box');
  tx.writeBatch(ADD_UP, [[box, (row?.total ?? NaN) + 1]]);
  if (how === 1) await tx.query('SELECT 1');
  if (how === 2) throw fault;
  if (how === 3) tx.write('UPDATE boxes SET filled = 10 WHERE id = $1', [box]);
}

describe(`A thousand use cases at once (seed ${seed})`, () => {
  it('of which some refuse, some fail, some want the same rows and some wait, have the effects that were promised', async () => {
    const random = randomOf(seed);
    const pick = (below: number) => Math.floor(random() * below);
    const promised = new Map<number, number>();
    let ended = 0;
    const work = async (n: number) => {
      const [box, how] = [1 + pick(100), pick(12)];
      if (n % 40 === 0) await new Promise((resolve) => setTimeout(resolve, pick(60)));
      const options = how === 4 ? {} : GROUP;
      const error = await tx
        .run(() => addUp(box, how), options)
        .then(
          () => undefined,
          (reason: unknown) => reason,
        );
      const fails = [0, 2, 3].includes(how);
      expect(fails ? error !== undefined : error).toBe(fails ? true : undefined);
      if (!error) promised.set(box, (promised.get(box) ?? 0) + 1);
      ended += 1;
    };
    let works: Promise<unknown> | undefined;
    await held('3', async () => {
      works = Promise.all(Array.from({ length: 1000 }, (_, n) => work(n)));
      await expect.poll(() => ended, { interval: 1, timeout: 3000 }).toBeGreaterThan(50);
    });
    await works;
    const totals = await dataSource.query<{ id: number; total: number }[]>('SELECT id, total FROM boxes');
    expect(totals.map(({ id, total }) => [id, total])).toEqual(totals.map(({ id }) => [id, promised.get(id) ?? 0]));
    expect(await filled(...promised.keys())).toEqual([...promised].map(() => 0));
  });
});

describe('Rows for one statement', () => {
  it.each([
    ['a transaction of its own', (work: () => Promise<unknown>) => tx.run(work)],
    [
      'a group',
      (work: () => Promise<unknown>) =>
        all(
          work,
          () => add(3),
          () => add(4),
        ),
    ],
  ])('that are written twice in %s end as they were written last', async (_, run) => {
    await run(async () => {
      await tx.queryBatch(LOCK, [[1]]);
      tx.writeBatch(SET, [[1, 5]]);
      tx.writeBatch(SET, [[2, 5]]);
      tx.writeBatch(SET, [[1, 6]]);
      tx.writeBatch(SET, [[2, 6]]);
    });
    expect(await filled(1, 2)).toEqual([6, 6]);
  });
});

describe('Without grouping (DATABASE_GROUP_COMMIT=off)', () => {
  beforeEach(() => {
    tx = new Transaction(dataSource, { lockOrder: ['box'], groupCommit: false });
  });

  it('each use case has a transaction of its own, with the same results', async () => {
    const refusal = new NotFound('box');
    const results = await all(
      () => add(1),
      () => Promise.reject(refusal),
      fail,
      () => add(2),
    );
    expect(results).toEqual([done(1), refused(refusal), refused(fault), done(1)]);
    expect(await filled(1, 2, 3)).toEqual([1, 1, 0]);
    expect(await transactions(1, 2)).toBe(2);
  });

  it('those that want the same row are served one after the other', async () => {
    const results = await all(...[1, 1, 1].map((id) => () => add(id)));
    expect(results.map((result) => (result as PromiseFulfilledResult<number>).value).toSorted()).toEqual([1, 2, 3]);
    expect(await filled(1)).toEqual([3]);
  });

  it('a batch query outside of transactions is a statement of its own', async () => {
    const found = await Promise.all([1, 2].map(ask));
    expect(new Set(found.map(([box]) => box?.['statement'])).size).toBe(2);
  });
});

/** Says in which statement each box was read. */
const WHO = {
  sql: `SELECT id, clock.now AS statement FROM boxes, (SELECT clock_timestamp() AS now) AS clock WHERE id = ANY($1::int[])`,
  key: 'id',
} as const satisfies BatchQuery;

const ask = (id: unknown) => tx.queryBatch(WHO, [[id]]);

describe('A batch query outside of transactions', () => {
  it('shares its statement with those of the same moment, and each gets its own rows', async () => {
    const found = await Promise.all(
      [[1], [2], [2, 3], [1000]].map((ids) =>
        tx.queryBatch(
          WHO,
          ids.map((id) => [id]),
        ),
      ),
    );
    expect(found.map((boxes) => boxes.map(({ id }) => id).toSorted())).toEqual([[1], [2], [2, 3], []]);
    expect(new Set(found.flat().map(({ statement }) => String(statement))).size).toBe(1);
  });

  it('fails for all who asked, and not for those who ask later', async () => {
    const results = await Promise.allSettled([ask(1), ask('no number')]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await ask(1)).toHaveLength(1);
  });

  it('takes no locks, which would end with the statement', async () => {
    await expect(tx.queryBatch(LOCK, [[1]])).rejects.toThrow('must be called inside Transaction.run');
  });
});

describe('A kind of rows without a place in the lock order', () => {
  it('is refused', async () => {
    const locking = tx.run(() => tx.queryBatch({ ...LOCK, locks: 'crate' }, [[1]]));
    await expect(locking).rejects.toThrow("A statement locks 'crate', which has no place in the lock order");
  });
});
