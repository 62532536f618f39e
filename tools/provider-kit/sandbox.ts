import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DataSource } from 'typeorm';
import { loadConfig } from '../../src/settings.js';
import { dataSourceOptions, migrate, Transaction } from '../../src/platform/database/index.js';
import type { AttemptKind } from '../../src/payments/domain/payment.js';
import { SandboxChallenges } from '../../src/payments/providers/sandbox/challenges.service.js';
import { SandboxWebhookQueue } from '../../src/payments/providers/sandbox/webhook-queue.repository.js';
import { SandboxTables } from '../../src/payments/providers/sandbox/sandbox-tables.js';
import { SandboxProvider } from '../../src/payments/providers/sandbox/sandbox.provider.js';
import { signed, SandboxWebhookCodec } from '../../src/payments/providers/sandbox/webhook-codec.js';
import { decodeId } from '../../src/shared/ids.js';
import { startPostgres, THROWAWAY_SETTINGS } from '../servers/postgres.js';
import type { Fault, ProviderHarness, ServiceBooks, WebhookHarness } from './harness.js';

const secrets = {
  first: 'the-first-secret-in-use',
  second: 'the-second-secret-in-use',
  wrong: 'of-somebody-else-entirely',
};

/** How the sandbox is told to go wrong, which it can only when a payment is opened. */
const tokens: Partial<Record<Fault, string>> = {
  unanswered: 'pm_timeout_charged',
  lost: 'pm_timeout_dropped',
  server_error: 'pm_error_5xx',
};

/** On a database that is brought up for it, and goes with it. */
export async function openSandboxHarness(): Promise<ProviderHarness> {
  const temporaryDirectory = await mkdtemp(path.join(tmpdir(), 'till-verify-'));
  const directory = path.join(temporaryDirectory, 'data');
  const server = await startPostgres({ directory, temporaryDirectory, settings: THROWAWAY_SETTINGS });
  await migrate(server.url);
  const harness = await sandboxHarnessOn(server.url);
  const close = async () => {
    await harness.close();
    await server.stop();
    await rm(temporaryDirectory, { recursive: true, force: true });
  };
  return { ...harness, close };
}

/** On a migrated database that nobody else uses. */
export async function sandboxHarnessOn(databaseUrl: string): Promise<ProviderHarness> {
  const config = loadConfig({
    NODE_ENV: 'test',
    DATABASE_URL: databaseUrl,
    REDIS_URL: 'redis://127.0.0.1', // nobody asks it
    SANDBOX_WEBHOOK_SECRETS: `${secrets.first},${secrets.second}`,
  });
  const dataSource = await new DataSource(dataSourceOptions(databaseUrl, 10)).initialize();
  const tx = new Transaction(dataSource, { lockOrder: [], groupCommit: true });
  const tables = new SandboxTables(config);
  const outbox = new SandboxWebhookQueue(tx, tables);
  const challenges = new SandboxChallenges(tx, outbox, tables);
  return {
    provider: new SandboxProvider(tx, new SandboxWebhookCodec(config), outbox, config, tables),
    currency: 'EUR',
    methods: {
      approved: 'pm_ok',
      told: 'pm_webhook_duplicate',
      declines: [
        { paymentMethod: 'pm_declined', code: 'card_declined', retryable: false },
        { paymentMethod: 'pm_insufficient_funds', code: 'insufficient_funds', retryable: true },
        { paymentMethod: 'pm_that_nobody_has', code: 'invalid_payment_method', retryable: false },
      ],
      requiresAction: 'pm_requires_action',
      pending: 'pm_pending',
      refundReturns: 'pm_refund_fails_later',
    },
    arm: async (fault, kind) => armed(fault, kind),
    shopper: async (url, decision) => {
      await challenges.decide(decodeId('att', url.split('/').at(-1)!)!, decision);
    },
    refuseCapture: async (paymentId) => {
      const sql = `INSERT INTO sandbox.operations (attempt_id, payment_id, kind, amount, currency, payment_method, outcome)
        SELECT gen_random_uuid(), payment_id, 'void', amount, currency, 'till_test', 'succeeded'
        FROM sandbox.operations WHERE payment_id = $1 AND kind = 'authorize'`;
      await tx.query(sql, [paymentId]);
    },
    mature: async (paymentId) => {
      const sql = `UPDATE sandbox.operations SET created_at = created_at - interval '1 minute' WHERE payment_id = $1`;
      await tx.query(sql, [paymentId]);
    },
    // Its token has put the webhook on its way; the money comes back when that is sent.
    reverseRefunds: async (paymentId) => {
      const due = `UPDATE sandbox.webhooks SET next_attempt_at = now() WHERE payment_id = $1 AND movement = 'refund_reversal'`;
      await tx.query(due, [paymentId]);
      await outbox.claim(100);
    },
    statementDescriptor: async (paymentId) => {
      const sql = `SELECT statement_descriptor AS text FROM sandbox.operations WHERE payment_id = $1 ORDER BY created_at LIMIT 1`;
      return (await tx.query<{ text: string | null }>(sql, [paymentId]))[0]!.text;
    },
    books: async (paymentId) => (await tx.query<ServiceBooks & Record<string, unknown>>(BOOKS, [paymentId]))[0]!,
    webhooks: webhooksIn(tx),
    close: () => dataSource.destroy(),
  };
}

/** It never heals: the token stays what it is. */
function armed(fault: Fault, kind: AttemptKind) {
  const paymentMethod = tokens[fault];
  return kind === 'authorize' && paymentMethod ? { paymentMethod } : undefined;
}

const BOOKS = `
  SELECT count(*) FILTER (WHERE kind IN ('authorize', 'charge'))::int AS authorizations,
    coalesce(sum(amount) FILTER (WHERE kind IN ('authorize', 'charge')), 0)::bigint AS authorized,
    coalesce(sum(amount) FILTER (WHERE kind IN ('charge', 'capture')), 0)::bigint AS captured,
    coalesce(sum(amount) FILTER (WHERE kind = 'void'), 0)::bigint AS voided,
    coalesce(sum(amount) FILTER (WHERE kind = 'refund'), 0)::bigint AS refunded
  FROM sandbox.operations WHERE payment_id = $1 AND outcome = 'succeeded'`;

/** Those that the sandbox has put on their way. */
function webhooksIn(tx: Transaction): WebhookHarness {
  const queued = `SELECT body FROM sandbox.webhooks WHERE payment_id = $1 ORDER BY id`;
  return {
    about: async (paymentId) => {
      const rows = await tx.query<{ body: string }>(queued, [paymentId]);
      return rows.map(({ body }) => ({
        raw: Buffer.from(body),
        headers: signed(Buffer.from(body), secrets.first, new Date()),
      }));
    },
    sign: (raw, secret, at) => signed(raw, secrets[secret], at),
  };
}
