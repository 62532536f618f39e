import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { SMTPServer } from 'smtp-server';
import { tlsFront } from '../../test/support/tls/tls-front.js';
import type { Prepare, Stage } from './stage.js';

const run = promisify(execFile);

/** Something that breaks, and the one alert that it must raise. */
export interface Fault {
  readonly name: string;
  readonly alert: string;
  /** What is set up before Till starts; it may be the fault itself. */
  readonly prepare?: Prepare;
  /** Breaks it. */
  begin?(stage: Stage): Promise<unknown>;
}

export const faults: readonly Fault[] = [
  { name: 'redis-down', alert: 'TillRedisDown', begin: ({ redis }) => redis.stop() },
  { name: 'postgres-down', alert: 'TillDatabaseDown', begin: ({ postgres }) => postgres.stop() },
  { name: 'postgres-read-only', alert: 'TillDatabaseReadOnly', begin: makeReadOnly },
  { name: 'provider-hangs', alert: 'TillProviderFailing', begin: payWithoutAnswer },
  {
    name: 'worker-dead',
    alert: 'TillWorkerAbsent',
    begin: async ({ worker }) => process.kill(worker.pid, 'SIGKILL'),
  },
  { name: 'worker-stuck', alert: 'TillWorkerStuck', begin: blockJob },
  { name: 'ledger-tampered', alert: 'TillLedgerProofFails', begin: tamper },
  { name: 'mail-refused', alert: 'TillMailFailing', prepare: refusingMailServer, begin: orderTimes(6) },
  { name: 'disk-nearly-full', alert: 'TillDiskFilling', prepare: smallDisk, begin: fillDisk },
  {
    name: 'backup-old',
    alert: 'TillBackupOld',
    begin: ({ shop }) =>
      shop.sql(`INSERT INTO backup_runs (kind, backup, bytes, seconds, finished_at)
        VALUES ('backup', 'till-old', 1, 1, now() - interval '27 hours')`),
  },
  { name: 'pool-exhausted', alert: 'TillDatabasePoolExhausted', prepare: smallPool, begin: readWithoutPause },
  { name: 'certificate-expiring', alert: 'TillCertificateExpiring', prepare: shortCertificate },
];

async function makeReadOnly({ shop, postgres }: Stage): Promise<void> {
  const name = new URL(postgres.url).pathname.slice(1);
  await shop.sql(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
  await shop.sql(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
}

/** Orders that the provider charges without an answer, among many quick requests: what is slow is the provider, and not Till. */
async function payWithoutAnswer({ shop }: Stage): Promise<void> {
  const [shopper, mug] = [await shop.person(), await shop.product(100)];
  const lines = [{ productId: mug.id, quantity: 1 }];
  const paying = Array.from({ length: 4 }, () =>
    shop.checkOut(shopper, lines, { paymentMethod: 'pm_timeout_charged' }),
  );
  const over = new AbortController();
  const paid = Promise.all(paying).finally(() => over.abort());
  while (!over.signal.aborted) await shop.get(`/v1/products/${mug.id}`, shopper);
  await paid;
}

/** A lock that a periodic job meets each time, as of a forgotten session. */
async function blockJob({ postgres, atEnd }: Stage): Promise<void> {
  const client = new Client({ connectionString: postgres.url });
  client.on('error', () => undefined); // the server ends before it does
  await client.connect();
  atEnd(() => client.end());
  await client.query('BEGIN; LOCK TABLE incidents IN ACCESS EXCLUSIVE MODE');
}

/** Somebody with all rights changes a posted amount. */
async function tamper(stage: Stage): Promise<void> {
  const { shop } = stage;
  await orderTimes(1)(stage);
  await shop.sql('ALTER TABLE ledger_entries DISABLE TRIGGER USER');
  await shop.sql('UPDATE ledger_entries SET amount = amount + 1 WHERE amount > 0');
  await shop.sql('ALTER TABLE ledger_entries ENABLE TRIGGER USER');
  await shop.get('/v1/ledger/proof?full=true', await shop.admin());
}

function orderTimes(count: number): (stage: Stage) => Promise<void> {
  return async ({ shop }) => {
    const [shopper, mug] = [await shop.person(), await shop.product(100)];
    for (let n = 0; n < count; n += 1) await shop.checkOut(shopper, [{ productId: mug.id, quantity: 1 }]);
  };
}

const noMailbox = () => Object.assign(new Error('no such mailbox'), { responseCode: 550 });

async function refusingMailServer({ atEnd }: Parameters<Prepare>[0]): Promise<Record<string, string>> {
  const options = { authOptional: true, disabledCommands: ['STARTTLS'], logger: false };
  const server = new SMTPServer({ ...options, onRcptTo: (_address, _session, done) => done(noMailbox()) });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  atEnd(async () => server.close());
  const { port } = server.server.address() as AddressInfo;
  return { SMTP_URL: `smtp://127.0.0.1:${port}` };
}

/** A disk of 4 MiB for mails. @throws where this user may not mount one */
async function smallDisk({ directory, atEnd }: Parameters<Prepare>[0]): Promise<Record<string, string>> {
  const disk = path.join(directory, 'disk');
  mkdirSync(disk);
  await run('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'till-faults', disk]);
  atEnd(() => run('umount', [disk]));
  return { MAIL_DIRECTORY: disk };
}

async function fillDisk({ directory }: Stage): Promise<void> {
  writeFileSync(path.join(directory, 'disk', 'ballast'), Buffer.alloc(3.8 * 1024 * 1024));
}

async function smallPool(): Promise<Record<string, string>> {
  return { DATABASE_POOL_SIZE: '2' };
}

/** Twelve readers on two connections, for as long as the stage stands. */
async function readWithoutPause({ shop, atEnd }: Stage): Promise<void> {
  const shopper = await shop.person();
  const over = new AbortController();
  let price = 1_000_000;
  // Nobody has asked for this list before: the database serves it, not the memory of the api.
  const newList = () => `/v1/products?limit=1&currency=EUR&maxPrice=${(price += 1)}`;
  const reader = async () => {
    while (!over.signal.aborted) await shop.get(newList(), shopper).catch(() => undefined);
  };
  const readers = Promise.all(Array.from({ length: 12 }, reader));
  atEnd(() => {
    over.abort();
    return readers;
  });
}

/** TLS to PostgreSQL, with a certificate of five days. */
async function shortCertificate({
  directory,
  postgres,
  atEnd,
}: Parameters<Prepare>[0]): Promise<Record<string, string>> {
  const [key, cert] = [path.join(directory, 'server.key'), path.join(directory, 'server.crt')];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const made = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '5'];
  await run('openssl', ['req', ...made, ...subject, '-keyout', key, '-out', cert]);
  const front = await tlsFront(postgres.port, 'postgres', { cert: readFileSync(cert), key: readFileSync(key) });
  atEnd(() => front.close());
  const url = Object.assign(new URL(postgres.url), { port: String(front.port) });
  url.searchParams.set('sslmode', 'verify-full');
  url.searchParams.set('sslrootcert', cert);
  return { DATABASE_URL: url.href };
}
