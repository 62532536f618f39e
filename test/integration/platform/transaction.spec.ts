import { Client } from 'pg';
import { DataSource, EntitySchema } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  DatabaseUnavailable,
  dataSourceOptions,
  sqlState,
  Transaction,
  violatedConstraint,
} from '../../../src/platform/database/index.js';
import { Batch } from '../../../src/platform/database/wire/protocol.js';
import { NotFound } from '../../../src/shared/errors.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';

const Box = new EntitySchema<{ id: number; filled: number }>({
  name: 'box',
  tableName: 'boxes',
  columns: { id: { type: 'int', primary: true }, filled: { type: 'int' } },
});

let database: TestDatabase;
let dataSource: DataSource;
let tx: Transaction;

beforeAll(async () => {
  database = await createDatabase();
  dataSource = await new DataSource({ ...dataSourceOptions(database.url, 4), entities: [Box] }).initialize();
  tx = new Transaction(dataSource, { lockOrder: [], groupCommit: true });
  await dataSource.query(
    'CREATE TABLE boxes (id int PRIMARY KEY, filled int NOT NULL CONSTRAINT not_overfilled CHECK (filled <= 9))',
  );
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});
beforeEach(() => dataSource.query('TRUNCATE boxes; INSERT INTO boxes VALUES (1, 0), (2, 0)'));

const fill = (id: number, by: number) => tx.write('UPDATE boxes SET filled = filled + $2 WHERE id = $1', [id, by]);
const filled = async () =>
  (await dataSource.query<{ filled: number }[]>('SELECT filled FROM boxes ORDER BY id')).map((row) => row.filled);
const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a transaction', () => {
  it('commits what it wrote without waiting', async () => {
    await tx.run(async () => {
      fill(1, 3);
      fill(2, 4);
    });
    expect(await filled()).toEqual([3, 4]);
  });

  it('sees what it wrote, in the order of the calls', async () => {
    const rows = await tx.run(async () => {
      fill(1, 3);
      const before = tx.query<{ filled: number }>('SELECT filled FROM boxes WHERE id = $1', [1]);
      fill(1, 1);
      const after = tx.query<{ filled: number }>('SELECT filled FROM boxes WHERE id = $1', [1]);
      return Promise.all([before, after]);
    });
    expect(rows.map(([row]) => row?.filled)).toEqual([3, 4]);
  });

  it('gives each of two batch queries of one text, asked at once, its own rows', async () => {
    const sql = 'SELECT id, filled FROM boxes WHERE id = ANY($1::int[]) ORDER BY id';
    const read = (...ids: number[]) =>
      tx.queryBatch<{ id: number; filled: number }>(
        { sql, key: 'id' },
        ids.map((id) => [id]),
      );
    const asked = await tx.run(() => Promise.all([read(1), read(2), read(2, 1), read(3)]));
    const [one, two] = [
      { id: 1, filled: 0 },
      { id: 2, filled: 0 },
    ];
    expect(asked.map((rows) => rows.toSorted((a, b) => a.id - b.id))).toEqual([[one], [two], [one, two], []]);
  });

  it('fails as a whole with the error of the write that failed', async () => {
    const error = await failure(
      tx.run(async () => {
        fill(1, 3);
        fill(2, 10);
        fill(1, 1);
      }),
    );
    expect(violatedConstraint(error)).toBe('not_overfilled');
    expect(await filled()).toEqual([0, 0]);
  });

  it('says what the violation of a constraint means', async () => {
    const failing = tx.run(async () => {
      fill(1, 1);
      tx.write('UPDATE boxes SET filled = 10 WHERE id = $1', [2], { not_overfilled: () => new NotFound('larger box') });
    });
    await expect(failing).rejects.toThrow(NotFound);
  });

  it('rolls back when its work throws, and leaves the connection fit for the next one', async () => {
    for (let round = 0; round < 10; round++) {
      const failing = tx.run(async () => {
        fill(1, 3);
        await tx.query('SELECT $1::int', [1]);
        throw new Error('changed my mind');
      });
      await expect(failing).rejects.toThrow('changed my mind');
    }
    expect(await filled()).toEqual([0, 0]);
  });

  it('takes no connection before its first statement leaves', async () => {
    const many = Array.from({ length: 50 }, () => tx.run(async () => new Promise((resolve) => setImmediate(resolve))));
    const rejected = Array.from({ length: 50 }, () => failure(tx.run(() => Promise.reject(new Error('invalid')))));
    await Promise.all([...many, ...rejected]);
    expect(await filled()).toEqual([0, 0]);
  });

  it('refuses what work that it does not wait for asks after its end', async () => {
    let late: Promise<unknown> | undefined;
    await tx.run(async () => {
      late = failure(
        tx.query('SELECT 1').then(() => tx.query('UPDATE boxes SET filled = 5 WHERE id = $1 RETURNING id', [1])),
      );
      fill(2, 1);
    });
    expect(await late).toMatchObject({ message: expect.stringContaining('is over') });
    expect(await filled()).toEqual([0, 1]);
  });

  it('lets TypeORM take part', async () => {
    await tx.run(async () => {
      fill(1, 3);
      await tx.repository(Box).query('UPDATE boxes SET filled = filled * 2');
      fill(2, 1);
    });
    expect(await filled()).toEqual([6, 1]);
  });

  it('runs the statements of a repository in turn with its own', async () => {
    const seen = await tx.run(async () => {
      const repository = tx.repository(Box);
      fill(1, 3);
      const box = await repository.findOneByOrFail({ id: 1 });
      fill(1, 1);
      await repository.save({ id: 2, filled: box.filled });
      return [box.filled, ...(await repository.find({ order: { id: 'ASC' } })).map(({ filled: now }) => now)];
    });
    expect(seen).toEqual([3, 4, 3]);
    expect(await filled()).toEqual([4, 3]);
  });

  it('makes savepoints of the transactions that TypeORM begins inside it', async () => {
    await tx.run(async () => {
      fill(1, 3);
      await failure(
        tx.repository(Box).manager.transaction(async (manager) => {
          await manager.update(Box, { id: 1 }, { filled: 7 });
          throw new Error('changed my mind');
        }),
      );
      await tx.repository(Box).manager.transaction((manager) => manager.update(Box, { id: 2 }, { filled: 5 }));
    });
    expect(await filled()).toEqual([3, 5]);
    await failure(
      tx.run(async () => {
        await tx.repository(Box).manager.transaction((manager) => manager.update(Box, { id: 1 }, { filled: 9 }));
        throw new Error('the outer one fails');
      }),
    );
    expect(await filled()).toEqual([3, 5]);
  });

  it('reads by the pool through a repository that was taken outside of it', async () => {
    await tx.run(async () => {
      fill(1, 3);
      await tx.query('SELECT 1');
      expect(await dataSource.getRepository(Box).findOneBy({ id: 1 })).toEqual({ id: 1, filled: 0 });
    });
    expect(await tx.repository(Box).findOneBy({ id: 1 })).toEqual({ id: 1, filled: 3 });
  });

  it('fails with what failed first, though its work stops at what failed for that', async () => {
    const failing = tx.run(async () => {
      tx.write('UPDATE boxes SET filled = 10', [], { not_overfilled: () => new NotFound('larger box') });
      await expect(tx.repository(Box).find()).rejects.toThrow(NotFound);
    });
    await expect(failing).rejects.toThrow(NotFound);
    const asking = tx.run(async () => {
      tx.write('UPDATE boxes SET filled = 10', [], { not_overfilled: () => new NotFound('larger box') });
      await tx.query('SELECT 1');
    });
    await expect(asking).rejects.toThrow(NotFound);
  });

  it('fails with what its work makes of an error', async () => {
    const translating = tx.run(async () => {
      tx.write('UPDATE boxes SET filled = 10');
      await tx
        .repository(Box)
        .find()
        .catch(() => {
          throw new NotFound('larger box');
        });
    });
    await expect(translating).rejects.toThrow(NotFound);
  });

  it('rolls back what TypeORM did in it', async () => {
    await failure(
      tx.run(async () => {
        await tx.repository(Box).query('UPDATE boxes SET filled = 5');
        fill(1, 10);
      }),
    );
    expect(await filled()).toEqual([0, 0]);
  });

  it('joins the one that runs', async () => {
    await failure(
      tx.run(async () => {
        await tx.run(async () => fill(1, 3));
        throw new Error('the outer one fails');
      }),
    );
    expect(await filled()).toEqual([0, 0]);
  });

  it('runs again after a deadlock', async () => {
    let runs = 0;
    let held = 0;
    let arrive!: () => void;
    const bothHoldOne = new Promise<void>((resolve) => (arrive = resolve));
    const take = (first: number, second: number) =>
      tx.run(async () => {
        runs += 1;
        await tx.query('SELECT FROM boxes WHERE id = $1 FOR UPDATE', [first]);
        held += 1;
        if (held === 2) arrive();
        await bothHoldOne;
        await tx.query('SELECT FROM boxes WHERE id = $1 FOR UPDATE', [second]);
        fill(first, 1);
      });
    await Promise.all([take(1, 2), take(2, 1)]);
    expect(runs).toBeGreaterThan(2); // both, where both waited for as long as a lock may take
    expect(await filled()).toEqual([1, 1]);
  });

  it('recovers after a statement that can not be parsed', async () => {
    const error = await failure(tx.run(() => tx.query('SELECT nothing FROM nowhere')));
    expect(sqlState(error)).toBe('42P01');
    expect(await tx.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('reports a constraint that is only checked when a lone statement commits', async () => {
    const id = '019333c2-0000-7000-8000-000000000000';
    const lone = tx.query('INSERT INTO ledger_transactions (id, kind, reference_id) VALUES ($1, $2, $1)', [
      id,
      'capture',
    ]);
    expect(violatedConstraint(await failure(lone))).toBe('ledger_transaction_balanced');
  });
});

describe('values', () => {
  it('come back as what they are', async () => {
    const [row] = await tx.query(
      `SELECT $1::bigint AS big, $2::jsonb AS json, $3::timestamptz AS time, $4::bytea AS bytes, $5::uuid[] AS list,
        NULL::int AS nothing, $6::bool AS yes`,
      [
        999_999_999_999,
        JSON.stringify({ a: [1] }),
        new Date(0),
        Buffer.from('hi'),
        ['019333c2-0000-7000-8000-000000000000'],
        true,
      ],
    );
    expect(row).toEqual({
      big: 999_999_999_999,
      json: { a: [1] },
      time: new Date(0),
      bytes: Buffer.from('hi'),
      list: ['019333c2-0000-7000-8000-000000000000'],
      nothing: null,
      yes: true,
    });
  });

  it('that no number holds exactly are refused', async () => {
    await expect(tx.query('SELECT $1::bigint AS big', ['9007199254740993'])).rejects.toThrow(RangeError);
    expect(await tx.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

const READ = 'SELECT * FROM boxes WHERE id = $1 FOR UPDATE';
const changeType = (type: string) => dataSource.query(`ALTER TABLE boxes ALTER COLUMN filled TYPE ${type}`);
/** On each of the four connections at once. */
const onAll = <T>(work: () => Promise<T>) => Promise.all(Array.from({ length: 4 }, work));
const read = () => tx.query<{ id: number }>('SELECT pg_sleep(0.05), b.* FROM boxes b WHERE id = $1', [1]);
const readAndFill = (id: number) =>
  tx.run(
    async () => {
      await tx.query(READ, [id]);
      fill(id, 1);
    },
    { group: 'boxes' },
  );

describe('a transaction whose table was changed after its statements were prepared', () => {
  afterEach(() => changeType('int'));

  it('runs again from its start, with all its writes, and has one effect', async () => {
    const runs = { count: 0 };
    const work = async () => {
      runs.count += 1;
      fill(1, 1);
      await tx.query(READ, [1]);
      fill(2, 2);
    };
    await tx.run(work);
    await changeType('bigint');
    await tx.run(work);
    expect(runs.count).toBe(3);
    expect(await filled()).toEqual([2, 4]);
  });

  it('costs one run, not one for each connection', async () => {
    await onAll(read);
    await changeType('bigint');
    expect((await onAll(read)).map(([row]) => row?.id)).toEqual([1, 1, 1, 1]);
    expect((await read()).map(({ id }) => id)).toEqual([1]);
  });

  it('in a group, too', async () => {
    await Promise.all([readAndFill(1), readAndFill(2)]);
    await changeType('bigint');
    await Promise.all([readAndFill(1), readAndFill(2), readAndFill(1)]);
    expect(await filled()).toEqual([3, 2]);
  });

  it('is not run again for what else the database does not support', async () => {
    let runs = 0;
    const failed = await failure(
      tx.run(async () => {
        runs += 1;
        await tx.query('SELECT count(*) FROM boxes FOR UPDATE');
      }),
    );
    expect([sqlState(failed), runs]).toEqual(['0A000', 1]);
  });
});

const readOnly = async (value: 'on' | 'off') => {
  const sql = new Client({ connectionString: database.url });
  await sql.connect();
  await sql.query('SET default_transaction_read_only = off');
  await sql.query(
    `ALTER DATABASE ${new URL(database.url).pathname.slice(1)} SET default_transaction_read_only = ${value}`,
  );
  await sql.end();
};
const pid = () => tx.query<{ pid: number }>('SELECT pg_sleep(0.05), pg_backend_pid() AS pid');
const pids = async () => new Set((await onAll(pid)).map(([row]) => row!.pid));

describe('a server that takes no writes any more', () => {
  afterEach(() => readOnly('off'));

  it('has all connections made anew after the first refusal, and none is made to it', async () => {
    const before = await pids();
    await readOnly('on');
    const refused = await failure(
      tx.run(async () => {
        tx.write('SET TRANSACTION READ ONLY'); // as an open connection to a server that was demoted
        fill(1, 1);
      }),
    );
    expect(refused).toBeInstanceOf(DatabaseUnavailable);
    expect(refused).toMatchObject({ retryAfterSeconds: 1 });
    expect(await failure(pid())).toMatchObject({ code: 'database_unavailable', cause: { code: '25006' } });
    await readOnly('off');
    const after = await pids();
    expect([...after].filter((one) => before.has(one))).toEqual([]);
    await tx.run(async () => fill(1, 1));
    expect(await filled()).toEqual([1, 0]);
  });
});

const readAndWrite = () =>
  tx.run(async () => {
    await tx.query('SELECT 1');
    fill(1, 0);
  });

describe('the planner', () => {
  const ASK = `SELECT current_setting('plan_cache_mode') AS plans, current_setting('enable_seqscan') AS scans`;
  const BY_KEY = { plans: 'force_generic_plan', scans: 'off' };
  const UNRESTRICTED = { plans: 'force_custom_plan', scans: 'on' };
  const own = async () => (await tx.query(ASK))[0];
  const typeOrm = async () => (await tx.repository(Box).query<unknown[]>(ASK))[0];

  it('goes by key for own statements and is unrestricted for those of TypeORM, in any order', async () => {
    expect([await own(), await typeOrm(), await typeOrm(), await own()]).toEqual([
      BY_KEY,
      UNRESTRICTED,
      UNRESTRICTED,
      BY_KEY,
    ]);
    const inside = await tx.run(async () => [await own(), await typeOrm(), await own(), await typeOrm()]);
    expect(inside).toEqual([BY_KEY, UNRESTRICTED, BY_KEY, UNRESTRICTED]);
    expect(await Promise.all(Array.from({ length: 8 }, own))).toEqual(Array.from({ length: 8 }, () => BY_KEY));
  });

  it('is so after a rollback and after a statement that failed', async () => {
    const failing = [
      () => tx.run(async () => typeOrm().then(() => Promise.reject(new Error('changed my mind')))),
      () => tx.run(async () => own().then(() => Promise.reject(new Error('changed my mind')))),
      () => tx.run(async () => typeOrm().then(() => fill(1, 10))),
      () => tx.query('SELECT 1 / $1::int', [0]),
      () => tx.repository(Box).query('SELECT 1 / 0'),
    ];
    for (const work of failing) {
      await own();
      expect(await failure(work())).toBeDefined();
      expect([await own(), await typeOrm()]).toEqual([BY_KEY, UNRESTRICTED]);
      await failure(work());
      expect([await typeOrm(), await own()]).toEqual([UNRESTRICTED, BY_KEY]);
    }
  });

  it('is unrestricted in a snapshot', async () => {
    expect(await tx.snapshot(own)).toEqual(UNRESTRICTED);
    expect(await own()).toEqual(BY_KEY);
  });

  it('keeps what is set for the statements of TypeORM in one transaction', async () => {
    const seen = await tx.run(async () => {
      await own();
      await tx.repository(Box).query('SET LOCAL enable_seqscan = off');
      return typeOrm();
    });
    expect(seen).toEqual({ ...UNRESTRICTED, scans: 'off' });
  });

  it('costs own statements no round trip, and no statement while only they use the connection', async () => {
    const submitted = vi.spyOn(Batch.prototype, 'submit');
    const sizes = async () => {
      submitted.mockClear();
      await readAndWrite();
      return submitted.mock.contexts.map((batch) => (batch as unknown as { executions: unknown[] }).executions.length);
    };
    await onAll(readAndWrite);
    expect(await sizes()).toEqual([2, 2]); // BEGIN and SELECT, UPDATE and COMMIT
    await onAll(typeOrm);
    expect(await sizes()).toEqual([3, 2]);
    expect(await sizes()).toEqual([2, 2]);
    submitted.mockRestore();
  });
});

describe('what is collected in a transaction', () => {
  it('is written once, just before the commit, apart from that of other transactions', async () => {
    const boxes = {
      begin: () => [] as number[],
      flush: (ids: readonly number[]) =>
        tx.write('UPDATE boxes SET filled = filled + 1 WHERE id = ANY($1::int[])', [ids]),
    };
    const collect = (id: number) =>
      tx.run(async () => {
        tx.collected(boxes).push(id);
        await tx.query('SELECT 1');
        expect(tx.collected(boxes)).toEqual([id]);
      });
    await Promise.all([collect(1), collect(2)]);
    expect(await filled()).toEqual([1, 1]);
  });
});

describe('a server that is silent', () => {
  it('costs the one who asked four seconds, and those who come after nothing', async () => {
    const silent = [...(await pids())];
    for (const one of silent) process.kill(one, 'SIGSTOP');
    try {
      expect(await failure(tx.query('SELECT 1'))).toBeInstanceOf(DatabaseUnavailable);
      const began = performance.now();
      expect(await onAll(() => tx.query('SELECT 1 AS one'))).toEqual(Array.from({ length: 4 }, () => [{ one: 1 }]));
      expect(performance.now() - began).toBeLessThan(2000);
    } finally {
      for (const one of silent) process.kill(one, 'SIGCONT');
    }
  });
});
