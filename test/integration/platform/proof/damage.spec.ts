import { beforeAll, describe, expect, it } from 'vitest';
import { Transaction } from '../../../../src/platform/database/index.js';
import { type Proof, ProofChecks, Prover, type ProvenTable } from '../../../../src/platform/proof/index.js';
import { sqlState } from '../../../../src/platform/database/errors.js';
import { changes, columnsOf, type Damage, deletions, insertions, namesOf, swaps } from './damage.js';
import { makeEveryKind } from './every-kind.js';
import { api, scenario } from '../../../support/scenario.js';

/** Rows of each table that suffer each kind of damage; DAMAGE_ROWS=1000 damages all. */
const ROWS = Number(process.env['DAMAGE_ROWS'] ?? 1);

/** Tables that hold no money or stock, with the reason. Every other table must be registered with the proof. */
const elsewhere: Readonly<Record<string, string>> = {
  migrations: 'the schema',
  migration_checksums: 'the schema',
  users: 'people',
  roles: 'what people may do',
  api_keys: 'what machines may do',
  promotions:
    'settings; orders keep the discounts they were placed with, and promotions_match_orders compares the counters',
  price_changes: 'what shoppers are told about a reduction; orders keep their own prices',
  order_parts: 'a view of order_lines and order_charges',
  shipping_methods: 'settings; orders keep the charges they were placed with',
  order_messages: 'what people wrote; no money follows from it',
  tax_zones: 'settings; orders keep the rates they were placed with',
  tax_rates: 'settings; orders keep the rates they were placed with',
  tax_documents: 'which estimate an order was taxed by; its taxes are proven',
  tax_operations: 'what an external tax provider was told; its own constraints bound it',
  tax_statuses: 'what customers are; orders keep the taxes they were placed with',
  vat_id_checks: 'what an authority said about customers; only grows',
  approvals: 'who decided on a refund; the refund itself is proven',
  audit_addresses: 'network addresses, which may be erased; audit_addresses_match compares those that are there',
  known_sign_ins: 'where people have signed in from',
  sessions: 'where people are signed in',
  identities: 'accounts of people at identity providers',
  identity_flows: 'sign-ins that are under way at identity providers',
  refresh_tokens: 'where people are signed in',
  totp_factors: 'what people sign in with',
  recovery_codes: 'what people sign in with',
  passkeys: 'what people sign in with',
  passkey_challenges: 'sign-ins with passkeys that are under way',
  mailed_tokens: 'what people prove by mail',
  obligations:
    'what is to be done; owed_money_goes_back computes what is owed from the order, and finds that nobody sees to it',
  mail_bounces: 'addresses that get no mail',
  unverified_mails: 'how many mails went to an address that nobody verified',
  idempotency_keys: 'answers that are given again',
  events: 'messages about what is proven here',
  outbox: 'messages about what is proven here',
  exports: 'files that are made again when somebody asks',
  export_chunks: 'files that are made again when somebody asks',
  event_log: 'the order in which messages are listed',
  event_sequence: 'the last place in that order',
  former_emails: 'addresses that accounts had',
  webhook_attempts: 'messages about what is proven here',
  webhook_cursor: 'how far messages were handed to endpoints',
  webhook_deliveries: 'messages about what is proven here',
  webhook_endpoints: 'settings; who gets messages',
  webhook_secrets: 'settings; what messages are signed with',
  backup_runs: 'when backups were taken, for alerts',
  leases: 'which process does what only one does',
  component_checks: 'what the status page shows',
  incidents: 'what the status page shows',
  event_deliveries: 'messages about what is proven here',
  provider_webhooks: 'what was received; what it changed is in provider_events',
  reconciliations: "a report on the ledger and providers' statements, made again each day",
  reconciliation_differences: "a report on the ledger and providers' statements, made again each day",
  reconciliation_resolutions: "a report on the ledger and providers' statements, made again each day",
  reconciliation_totals: 'a report that is made again each day; statements_add_up compares it with its differences',
  statement_postings: 'of which day a transaction is; reconciliation alone reads it',
  foreign_payments: 'names of what others did; no money of the shop is in it',
  ledger_unsealed: 'a queue of a few seconds; ledger_chain_intact compares it',
  proof_formats: 'the proof itself: see "The seals"',
  proof_facts: 'the proof itself: see "The seals"',
  proof_checkpoints: 'the proof itself: see "The seals"',
  proof_runs: 'when the proof ran',
  proof_stock: 'the proof itself: see incremental.spec.ts',
};

/** Kinds of damage that move no money or stock, with the reason. */
const harmless: Readonly<Record<string, string>> = {
  'audit_log: a row inserted': 'an entry too many, which is sealed with the next checkpoint',
  'ledger_accounts: a row inserted':
    'an account without entries; its first entry is sealed with its code, type and currency',
};

class RolledBack extends Error {
  constructor(
    readonly touched: readonly Record<string, unknown>[],
    readonly proofs: readonly Proof[],
  ) {
    super('rolled back');
  }
}

scenario({ people: [], unchecked: true });
beforeAll(async () => {
  await makeEveryKind(api);
}, 180_000);

/** Proves under the damage, by what was written and by everything, and takes it back. */
async function suffer({ sql, parameters }: Pick<Damage, 'sql' | 'parameters'>): Promise<RolledBack | 'refused'> {
  const tx = api.app.get(Transaction);
  const prover = api.app.get(Prover);
  const outcome: unknown = await tx
    .snapshot(
      async () => {
        await tx.query('SET LOCAL session_replication_role = replica');
        const touched = await tx.query(sql, parameters);
        throw new RolledBack(
          touched,
          touched.length === 0 ? [] : [await prover.prove(false), await prover.prove(true)],
        );
      },
      { writes: true },
    )
    .catch((error: unknown) => error);
  if (outcome instanceof RolledBack) return outcome;
  if (sqlState(outcome)?.startsWith('23') || sqlState(outcome) === '22003') return 'refused';
  throw outcome;
}

/** What the proof missed of this damage, in words; nothing when it saw and named it. */
async function missed(table: ProvenTable, damage: Damage): Promise<string | undefined | 'not done'> {
  const found = await suffer(damage);
  if (found === 'refused' || found.touched.length === 0) return 'not done';
  const names = [...damage.names, ...found.touched.flatMap((row) => namesOf(table, row))];
  for (const { holds, mode, checks } of found.proofs) {
    const failed = JSON.stringify(checks.filter((check) => !check.holds).map(({ name, detail }) => [name, detail]));
    if (holds) return `${damage.what} (${damage.names[0]}) is not seen by the ${mode} proof`;
    if (!names.some((name) => failed.includes(name)))
      return `${damage.what}: none of ${names.join(', ')} is named in ${failed}`;
  }
  return undefined;
}

const uniqueColumns = async (table: string): Promise<string[]> => {
  const rows = await api.sql(
    `SELECT DISTINCT a.attname AS name FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
     WHERE i.indrelid = $1::regclass AND i.indisunique AND i.indpred IS NULL`,
    [table],
  );
  return rows.map(({ name }) => String(name));
};

/** The rows of a table, in an order that spreads neighbours. */
const rowsOf = (table: string) =>
  api.sql(`SELECT ctid::text AS ctid, * FROM ${table} ORDER BY md5(${table}.ctid::text)`);

it('holds before anything is damaged, by what was written and by everything', async () => {
  const { proofs } = (await suffer({ sql: 'SELECT 1 AS one', parameters: [] })) as RolledBack;
  expect(proofs.map(({ mode }) => mode)).toEqual(['incremental', 'full']);
  expect(proofs.flatMap(({ checks }) => checks).filter(({ holds }) => !holds)).toEqual([]);
});

it('every table of the schema is proven, or says why not', async () => {
  const tables = await api.sql(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
  );
  const proven = api.app
    .get(ProofChecks)
    .tables()
    .map(({ table }) => table);
  expect(tables.map(({ name }) => String(name)).toSorted()).toEqual([...proven, ...Object.keys(elsewhere)].toSorted());
});

it('every ignored or proven column exists', async () => {
  for (const { table, proven, ignored } of api.app.get(ProofChecks).tables()) {
    const columns = await api.sql(`SELECT column_name AS name FROM information_schema.columns WHERE table_name = $1`, [
      table,
    ]);
    const names = columns.map(({ name }) => String(name));
    expect([...proven, ...Object.keys(ignored)].filter((name) => !names.includes(name))).toEqual([]);
  }
});

describe('Damage by a superuser with the triggers off is seen and named', () => {
  const tables = [
    'orders', 'order_lines', 'tax_lines', 'tax_groups', 'order_discounts', 'discount_allocations', 'discount_groups', 'order_charges', 'charge_groups', 'fulfillments', 'fulfillment_lines', 'payments', 'refunds', 'refund_lines', 'superseded_refunds', 'surplus_refunds', 'payment_attempts', 'disputes',
    'provider_events', 'products', 'stock_levels', 'stock_movements', 'ledger_transactions', 'ledger_entries', 'ledger_seals',
    'ledger_accounts', 'ledger_rollups', 'store_credit_balances', 'audit_log',
  ]; // prettier-ignore

  it('in each of these tables', () => {
    expect(
      api.app
        .get(ProofChecks)
        .tables()
        .map(({ table }) => table)
        .toSorted(),
    ).toEqual(tables.toSorted());
  });

  it.each(tables)(
    'in %s',
    async (name) => {
      const table = api.app
        .get(ProofChecks)
        .tables()
        .find((one) => one.table === name)!;
      const columns = await columnsOf(api.sql, name);
      const rows = await rowsOf(name);
      const damages = [
        ...changes(table, columns, rows),
        ...deletions(table, rows),
        ...insertions(table, columns, await uniqueColumns(name), rows),
        ...swaps(table, columns, rows),
      ].filter(({ what }) => !(what in harmless));
      const done = new Map<string, number>();
      const misses: string[] = [];
      for (const damage of damages) {
        const kind = damage.what.replace(/ = .*/, '');
        if ((done.get(damage.what) ?? 0) >= ROWS) continue;
        const miss = await missed(table, damage);
        for (const key of new Set([kind, damage.what]))
          done.set(key, (done.get(key) ?? 0) + Number(miss !== 'not done'));
        if (miss !== undefined && miss !== 'not done') misses.push(miss);
      }
      expect(misses).toEqual([]);
      const never = [...done]
        .filter(([kind, times]) => times === 0 && !kind.includes(' = ') && !kind.endsWith('exchanged'))
        .map(([kind]) => kind);
      expect(never, 'kinds of damage that could not be done').toEqual([]);
    },
    300_000,
  );
});
