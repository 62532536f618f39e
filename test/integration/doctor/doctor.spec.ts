import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { SMTPServer } from 'smtp-server';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examine, type Finding, printed } from '../../../src/doctor/index.js';
import { freePort } from '../../../tools/servers/ports.js';
import { StripeStub } from '../../../tools/provider-kit/stripe/stub.js';
import { builtEntry, runCli } from '../../support/build.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { ownRedis, type OwnServer } from '../../support/servers.js';
import { authority, authorityFile, tlsFront } from '../../support/tls/tls-front.js';

type Env = Readonly<Record<string, string>>;

let database: TestDatabase;
let redis: OwnServer;
let directory: string;
let env: Env;
beforeAll(async () => {
  await builtEntry('cli.js');
  [database, redis] = await Promise.all([createDatabase(), ownRedis()]);
  directory = await mkdtemp(path.join(tmpdir(), 'till-doctor-'));
  const [PORT, WORKER_PORT] = [String(await freePort()), String(await freePort())];
  env = {
    NODE_ENV: 'test',
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    MAIL_DIRECTORY: directory,
    PORT,
    WORKER_PORT,
  };
}, 240_000);
afterAll(async () => {
  await redis?.remove();
  await database?.drop();
  await rm(directory, { recursive: true });
});

async function findings(given: Env): Promise<Finding[]> {
  const found: Finding[] = [];
  for await (const finding of examine({ ...env, ...given })) found.push(finding);
  return found;
}

/** Limits of this machine, and that the suite's PostgreSQL is not made to outlive a crash. */
const ofTheMachine = ['file descriptors', 'PostgreSQL settings'];

/** What it prints of problems, those of the machine aside. */
async function problems(given: Env): Promise<string> {
  const found = (await findings(given)).filter(({ ok, about }) => !ok && !ofTheMachine.includes(about));
  return found.map(printed).join('\n');
}

async function withSql(url: string, ...statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

const urlWith = (url: string, change: (url: URL) => void): string => {
  const copy = new URL(url);
  change(copy);
  return copy.href;
};

describe('till doctor', () => {
  it('finds nothing wrong where all is well, and names everything that it looked at', async () => {
    expect(await problems({})).toBe('');
    const about = new Set((await findings({})).map((finding) => finding.about.split(' ')[0]));
    const all = [
      'configuration',
      'encryption',
      'payment',
      'PostgreSQL',
      'migrations',
      'clocks',
      'Redis',
      'mail',
      'port',
      'file',
      'folder',
      'disk',
    ];
    expect([...about]).toEqual(expect.arrayContaining(all));
  });

  it('sees that the replica is none', async () => {
    expect(await problems({ DATABASE_REPLICA_URL: database.url })).toContain('no standby of the primary');
    const away = urlWith(database.url, (url) => (url.port = '1'));
    expect(await problems({ DATABASE_REPLICA_URL: away })).toMatch(/replica +.*the primary serves all reads/);
  });

  it('sees that another program has its port', async () => {
    const other = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    try {
      const said = await problems({ WORKER_PORT: String(port) });
      expect(said).toMatch(
        new RegExp(`port ${port} +taken by another program\\n +Stop that program, or set WORKER_PORT`),
      );
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  });

  it('ends with 1 on a problem, prints the rest as well, and no secret', async () => {
    const wrong = {
      ...env,
      DATABASE_URL: urlWith(env['DATABASE_URL']!, (url) => (url.password = 'c4nary-db')),
      REDIS_URL: 'redis://someone:c4nary-redis@127.0.0.1:1',
      SMTP_URL: 'smtp://someone:c4nary-mail@127.0.0.1:1',
      STRIPE_SECRET_KEY: 'sk_test_c4nary',
      PORT: 'eighty',
    };
    const said = (await runCli(['doctor'], wrong).catch((error: unknown) => error)) as {
      code: number;
      stdout: string;
      stderr: string;
    };
    expect(said.code).toBe(1);
    expect(said.stderr).toMatch(/problems found\.$/m);
    for (const line of ['configuration', 'PostgreSQL', 'Redis', 'mail'])
      expect(said.stdout).toMatch(new RegExp(`^problem +${line}`, 'm'));
    expect(said.stdout).toMatch(/^(ok|problem) +file descriptors/m);
    expect(said.stdout + said.stderr).not.toContain('c4nary');
  });

  it('sees that the server may lose what it acknowledged', async () => {
    const settings = (await findings({})).find(({ about }) => about === 'PostgreSQL settings');
    expect(settings).toMatchObject({ ok: false, what: expect.stringContaining('fsync') as string });
  });

  it('says of an empty environment what is missing', async () => {
    const found: string[] = [];
    for await (const finding of examine({})) if (!finding.ok) found.push(finding.what);
    for (const name of ['DATABASE_URL', 'REDIS_URL', 'JWT_PRIVATE_KEY', 'PUBLIC_URL', 'SMTP_URL'])
      expect(found).toContainEqual(expect.stringContaining(`${name}: must be set`));
  });
});

const about = (change: (url: URL) => void) => problems({ DATABASE_URL: urlWith(database.url, change) });

describe('till doctor, of PostgreSQL', () => {
  it.each<[string, (url: URL) => unknown, RegExp]>([
    ['is away', (url) => (url.port = '1'), /ECONNREFUSED.*\n.*Check that it runs/],
    [
      'refuses the password',
      (url) => (url.password = 'wrong'),
      /password authentication failed.*\n.*correct user and password/,
    ],
    ['has no such database', (url) => (url.pathname = '/nowhere'), /does not exist.*\n.*create that database/],
    ['speaks no TLS', (url) => (url.search = 'sslmode=verify-full'), /does not support SSL.*\n.*sslmode=disable/],
    ['has no such socket', (url) => (url.search = 'host=/nowhere'), /ENOENT.*\n.*no such socket/],
    ['has no such file of an authority', (url) => (url.search = 'sslrootcert=/nowhere.pem'), /ENOENT.*\n.*sslrootcert/],
  ])('says what to do when it %s', async (_, change, words) => {
    expect(await about((url) => void change(url))).toMatch(words);
  });

  it('says which setting helps with a certificate of a private authority, and takes it', async () => {
    const front = await tlsFront(Number(new URL(database.url).port), 'postgres');
    const through = (search: string) =>
      about((url) => Object.assign(url, { port: String(front.port), hostname: 'localhost', search }));
    try {
      expect(await through('sslmode=require')).toMatch(/certificate.*\n.*sslrootcert=.*sslmode=no-verify/);
      expect(await through(`sslmode=verify-full&sslrootcert=${authorityFile}`)).toBe('');
      expect(await through('sslmode=no-verify')).toBe('');
    } finally {
      await front.close();
    }
  });

  it('tells how the schema stands to this version', async () => {
    const other = await createDatabase();
    const state = () => problems({ DATABASE_URL: other.url });
    try {
      await withSql(other.url, `INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Later9999999999999')`);
      expect(await state()).toMatch(/schema is newer/);
      await withSql(other.url, `DELETE FROM migrations WHERE timestamp >= 1700000009000`);
      expect(await state()).toMatch(/schema is older.*\n.*till migrate/);
      await withSql(other.url, 'DELETE FROM migrations');
      expect(await state()).toMatch(/none has run.*\n.*till migrate/);
      await withSql(
        other.url,
        `ALTER DATABASE ${new URL(other.url).pathname.slice(1)} SET default_transaction_read_only = on`,
      );
      expect(await state()).toMatch(/PostgreSQL writes +refused: it is read-only/);
    } finally {
      await other.drop();
    }
  });

  it('sees that a migration was changed after it ran', async () => {
    const other = await createDatabase();
    try {
      await withSql(other.url, `UPDATE migration_checksums SET checksum = 'other' WHERE name = 'Ledger1700000002000'`);
      expect(await problems({ DATABASE_URL: other.url })).toMatch(/has changed since it ran\n.*till migrate/);
    } finally {
      await other.drop();
    }
  });

  it('names the variable whose URL has a raw %, never its value', async () => {
    const said = await problems({
      DATABASE_URL: 'postgres://till:c4nary%secret@db/till',
      REDIS_URL: 'redis://:c4nary%@db',
    });
    expect(said).toMatch(/DATABASE_URL: .*write % of a user or password as %25/);
    expect(said).toMatch(/REDIS_URL: .*%25/);
    expect(said).not.toContain('c4nary');
  });

  it('sees that its disk is full, whatever else it takes', async () => {
    const other = await createDatabase();
    try {
      await withSql(
        other.url,
        `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$`,
        'CREATE TRIGGER refuse BEFORE INSERT ON events FOR EACH STATEMENT EXECUTE FUNCTION refuse()',
      );
      expect(await problems({ DATABASE_URL: other.url })).toMatch(
        /PostgreSQL writes +refused \(.*No space left.*\)\n.*out of room \(disk/,
      );
    } finally {
      await other.drop();
    }
  });

  it('sees that there is no schema to create in', async () => {
    const other = await createDatabase();
    try {
      await withSql(other.url, `ALTER DATABASE ${new URL(other.url).pathname.slice(1)} SET search_path = nowhere`);
      expect(await problems({ DATABASE_URL: other.url })).toMatch(
        /there is no schema to create tables in.*\n.*search_path/,
      );
      await expect(runCli(['migrate'], { ...env, DATABASE_URL: other.url })).rejects.toThrow(
        /no schema.*\n.*search_path/,
      );
    } finally {
      await other.drop();
    }
  });
});

const asOwner = async (use: (owner: Redis) => Promise<unknown>) => {
  const owner = new Redis(redis.url);
  await use(owner).finally(() => owner.disconnect());
};

describe('till doctor, of Redis', () => {
  it('sees that it is out of memory or may evict', async () => {
    await asOwner((owner) => owner.config('SET', 'maxmemory', '1000000', 'maxmemory-policy', 'noeviction'));
    expect(await problems({})).toMatch(/Redis writes +refused \(OOM.*\n.*out of memory/);
    await asOwner((owner) => owner.config('SET', 'maxmemory', '100000000', 'maxmemory-policy', 'allkeys-lru'));
    expect(await problems({})).toMatch(/may be evicted \(allkeys-lru\)\n.*noeviction/);
    await asOwner((owner) => owner.config('SET', 'maxmemory', '0', 'maxmemory-policy', 'noeviction'));
    expect(await problems({})).toBe('');
  });

  it('sees that the user may not write', async () => {
    await asOwner((owner) =>
      owner.acl('SETUSER', 'reader', 'on', '>long-enough', '~*', '&*', '+@read', '+ping', '+info'),
    );
    const REDIS_URL = redis.url.replace('//', '//reader:long-enough@');
    expect(await problems({ REDIS_URL })).toMatch(/Redis writes +refused \(NOPERM.*\n.*ACL SETUSER/);
    expect(await problems({ REDIS_URL: redis.url.replace('//', '//reader:c4nary@') })).toMatch(
      /refuses its user or password \(WRONGPASS/,
    );
  });

  it('takes a certificate of a private authority with REDIS_CA, and says so without', async () => {
    const front = await tlsFront(redis.port, 'redis');
    const REDIS_URL = `rediss://localhost:${front.port}`;
    try {
      expect(await problems({ REDIS_URL })).toMatch(/certificate of Redis is refused.*REDIS_CA/);
      expect(await problems({ REDIS_URL, REDIS_CA: authority })).toBe('');
    } finally {
      await front.close();
    }
  });
});

describe('till doctor, of mail', () => {
  it('sees a server that is away, one that refuses the sign-in, and one that takes it', async () => {
    const server = new SMTPServer({
      allowInsecureAuth: true,
      onAuth: ({ password }, _session, done) =>
        password === 'right' ? done(null, { user: 'till' }) : done(new Error('no')),
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(server.server.address() as AddressInfo).port}`;
    try {
      expect(await problems({ SMTP_URL: `smtp://till:right@${host}?ignoreTLS=true` })).toBe('');
      expect(await problems({ SMTP_URL: `smtp://till:c4nary@${host}?ignoreTLS=true` })).toMatch(
        /refuses our sign-in.*\n.*user and password/,
      );
      expect(await problems({ SMTP_URL: 'smtp://127.0.0.1:1' })).toMatch(/ECONNREFUSED.*\n.*SMTP_URL/);
    } finally {
      await new Promise<void>((resolve) => server.close(resolve));
    }
  });

  it('sees a directory that takes none', async () => {
    expect(await problems({ MAIL_DIRECTORY: '/proc/nowhere' })).toMatch(/MAIL_DIRECTORY: mails can't be written/);
  });
});

describe('with Stripe, the doctor', () => {
  let stub: StripeStub;
  beforeAll(async () => {
    stub = await StripeStub.start();
  });
  afterAll(() => stub?.close());

  const address = 'https://till.example/v1/providers/stripe/webhooks';
  const endpoint = (api_version: string | null, given: object = {}) => ({
    id: 'we_1',
    object: 'webhook_endpoint' as const,
    url: address,
    status: 'enabled' as const,
    api_version,
    ...given,
  });
  const ofStripe = async (given: Env = {}) => {
    const settings = {
      PUBLIC_URL: 'https://till.example',
      STRIPE_SECRET_KEY: stub.secretKey,
      STRIPE_WEBHOOK_SECRETS: 'whsec_4nT9uWqXr2',
      STRIPE_API_URL: stub.url,
    };
    const found = await findings({ ...settings, ...given });
    return found.filter(({ about }) => about === 'Stripe').map(printed);
  };

  it.each<[string, string | null, string | null, RegExp]>([
    ['one that Till reads', '2020-08-27', null, /^ok .*version 2020-08-27, which Till reads/],
    [
      'one that Till does not read',
      '2019-12-03',
      null,
      /^problem .*version 2019-12-03, which Till does not read[^]*2020-08-27 to/,
    ],
    ["the account's own", null, '2022-11-15', /^ok .*version 2022-11-15, which Till reads/],
    ["the account's own, which Till does not read", null, '2018-02-28', /^problem .*version 2018-02-28/],
    ["the account's own, which no event says", null, null, /^ok .*version of the account/],
  ])('says which version the webhooks have: %s', async (_, own, ofAccount, said) => {
    stub.account.journal.events.length = 0;
    stub.account.endpoints.splice(
      0,
      Infinity,
      endpoint(own),
      endpoint('2018-02-28', { id: 'we_2', url: 'https://other' }),
    );
    if (ofAccount) {
      stub.account.journal.version = ofAccount;
      stub.account.journal.tell('ping', 'nothing', { object: 'charge' }, stub.asStripe());
    }
    const [line, ...more] = await ofStripe();
    expect(line).toMatch(said);
    expect(more).toEqual([]);
  });

  it('says that nobody sends webhooks, that the key is refused, or that Stripe is silent', async () => {
    stub.account.endpoints.splice(0, Infinity, endpoint('2018-02-28', { status: 'disabled' }));
    expect(await ofStripe()).toEqual([expect.stringMatching(/^ok .*no enabled webhook endpoint/)]);
    expect(await ofStripe({ STRIPE_SECRET_KEY: 'sk_test_revoked' })).toEqual([
      expect.stringMatching(/^problem .*refuses the secret key[^]*STRIPE_SECRET_KEY/),
    ]);
    expect(await ofStripe({ STRIPE_API_URL: `http://127.0.0.1:${await freePort()}` })).toEqual([
      expect.stringMatching(/^problem .*does not answer/),
    ]);
  });
});
