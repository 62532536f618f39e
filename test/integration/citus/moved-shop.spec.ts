import { Client } from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sandboxInShop } from '../../../src/payments/index.js';
import { createShop, loadMigrations, migrate, migrateShops, moveShop } from '../../../src/platform/database/index.js';
import { type CitusCluster, startCitus } from '../../../tools/servers/citus.js';
import { systemCitus } from '../../support/system-postgres.js';

const where = systemCitus ? '' : ' (not run: there is no PostgreSQL with Citus)';
const SLOW = 300_000;
const PLACES = `SELECT DISTINCT nodename || ':' || nodeport AS node FROM citus_shards WHERE table_name::text LIKE 'shop_north.%'`;
/** Sequences that have ended, or whose numbers JavaScript would not tell from each other. */
const ENDED = `
  SELECT sequencename FROM pg_sequences WHERE schemaname = 'shop_north' AND (last_value = max_value OR greatest(last_value, start_value) > 2 ^ 53)`;

class Later1900000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE TABLE later_small (id smallint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, note text NOT NULL)',
    );
    await runner.query(
      'CREATE TABLE later_big (id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, note text NOT NULL)',
    );
  }

  async down(): Promise<void> {}
}

const on = async (url: string, sql: string) => {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(sql).finally(() => client.end());
  return rows;
};

describe.skipIf(!systemCitus)(`Moving a shop in a Citus cluster${where}`, { timeout: SLOW }, () => {
  let cluster: CitusCluster;
  let nodes: string[];
  const places = async () => (await on(cluster.url, PLACES)).map(({ node }) => node as string);
  const free = async () => {
    const [place] = await places();
    return nodes.find((node) => node !== place)!;
  };
  const move = (to: string, options: Parameters<typeof moveShop>[3] = {}) =>
    moveShop(cluster.url, 'north', to, options);

  beforeAll(async () => {
    cluster = await startCitus(systemCitus!);
    nodes = [cluster.urls.worker1, cluster.urls.worker2].map((url) => new URL(url).host);
    await migrate(cluster.url);
    await createShop(cluster.url, { slug: 'north', name: 'north', role: null }, { adapt: sandboxInShop, citus: true });
  }, SLOW);
  afterAll(() => cluster?.remove(), SLOW);

  it('finds sequences on each node that go on counting, also those of small types', async () => {
    for (const url of [cluster.urls.worker1, cluster.urls.worker2]) expect(await on(url, ENDED)).toEqual([]);
  });

  it('finds the sequences of a later migration counting there, too', async () => {
    const migrations = [...(await loadMigrations()), Later1900000000000];
    expect(await migrateShops(cluster.url, { migrations })).toEqual([
      { shop: 'north', ran: [Later1900000000000.name] },
    ]);
    for (const url of [cluster.urls.worker1, cluster.urls.worker2]) expect(await on(url, ENDED)).toEqual([]);
    const insert = `INSERT INTO shop_north.later_small (note) VALUES ('first'), ('second') RETURNING id`;
    const [place] = await places();
    const url = Object.values(cluster.urls).find((node) => new URL(node).host === place)!;
    expect(await on(url, insert)).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it('is refused to a node that the cluster does not have, that has the shop, or that takes none', async () => {
    const [place] = await places();
    const choice = `Nodes that may have it: ${await free()}.`;
    await expect(move('127.0.0.1:1')).rejects.toThrow(`The cluster has no node 127.0.0.1:1. ${choice}`);
    await expect(move('127.0.0.1')).rejects.toThrow('Several nodes are at 127.0.0.1: name one with its port.');
    await expect(move(place!)).rejects.toThrow(`The shop north is on ${place} already. ${choice}`);
    await expect(move(new URL(cluster.url).host)).rejects.toThrow(/takes no shops: it is the coordinator/);
    await expect(moveShop(cluster.urls.worker1, 'north', await free())).rejects.toThrow(/Only the coordinator/);
    expect(await places()).toEqual([place]);
  });

  it('leaves the shop where it is when it is interrupted, and can be repeated; a second one at the same time is refused', async () => {
    const [from, to] = [(await places())[0], await free()];
    const interruption = new AbortController();
    let second: Promise<unknown> | undefined;
    const report = (step: string) => {
      if (!step.includes(' bytes')) return;
      second ??= move(to).catch((error: unknown) => error);
      void second.then(() => interruption.abort());
    };
    await expect(move(to, { signal: interruption.signal, report })).rejects.toThrow(/cancel/);
    expect(await second).toMatchObject({ message: expect.stringMatching(/^Another move is under way/) });
    expect(await places()).toEqual([from]);
    expect(await move(to)).toMatchObject({ shop: 'north', from, to });
    expect(await places()).toEqual([to]);
  });

  it('is ended when its sequences can no longer be kept ahead, and can be repeated', async () => {
    const [from, to] = [(await places())[0], await free()];
    const old = Object.values(cluster.urls).find((url) => new URL(url).host === from)!;
    const begun = Promise.withResolvers<void>();
    const ended = move(to, { report: (step) => step.includes(' bytes') && begun.resolve() }).catch(
      (error: unknown) => error,
    );
    await begun.promise;
    const leads = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'till move' AND query LIKE '%FROM pg_sequences%' AND pid <> pg_backend_pid()`;
    expect(await on(old, leads)).toHaveLength(1);
    expect(await ended).toMatchObject({
      message: expect.stringMatching(
        `^The sequences on ${to} could not be kept ahead of those on ${from}, so the move was ended`,
      ),
    });
    expect(await places()).toEqual([from]);
    expect(await move(to)).toMatchObject({ from, to });
    expect(await places()).toEqual([to]);
  });

  it('ends with the connection that asked for it, and can be repeated', async () => {
    const [from, to] = [(await places())[0], await free()];
    const begun = Promise.withResolvers<void>();
    const moving = move(to, { report: (step) => step.includes(' bytes') && begun.resolve() });
    const lost = moving.catch((error: unknown) => error);
    await begun.promise;
    await on(
      cluster.url,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'till move' AND query LIKE '%citus_schema_move%' AND pid <> pg_backend_pid()`,
    );
    expect(await lost).toMatchObject({ message: expect.stringMatching(/terminat/) });
    expect(await places()).toEqual([from]);
    expect(await move(to)).toMatchObject({ from, to });
    expect(await places()).toEqual([to]);
  });
});
