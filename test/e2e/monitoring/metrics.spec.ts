import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../src/shared/ids.js';
import { findOnPath } from '../../../tools/servers/executables.js';
import { startWorker } from '../../support/api.js';
import { misnamed, parsed, scrape } from '../../support/metrics.js';
import { api, mug, placeAndPay, scenario, shopper, worker } from '../../support/scenario.js';

/** Debian has it in the package `prometheus`; .ci/run fetches it. */
const promtool = findOnPath('promtool');

scenario({ mugs: 1000, worker: true });

// Before the first scrape: sums over whole tables are measured once a minute.
beforeAll(() => placeAndPay(1, mug));

/** Api and worker of a spec share the registry of this process: what one shows, the other does too. */
const metrics = async () => scrape(await worker.getUrl());
const showsBacklog = async () => (await metrics()).series.has('till_outbox_backlog');
/** The series that requests make; others may begin with time. */
const httpSeries = async () =>
  [...(await metrics()).series.keys()].filter((name) => name.startsWith('till_http_')).toSorted();
const valueOf = async (series: string) => (await metrics()).series.get(series);

describe('Metrics', () => {
  it('have names by the rules of Prometheus', async () => {
    expect(misnamed(await metrics())).toEqual([]);
    expect(
      misnamed(parsed('# HELP a_ms x\n# TYPE a_ms gauge\n# TYPE b counter\n# HELP c_total x\n# TYPE c_total gauge')),
    ).toEqual([
      'a_ms has no base unit',
      'b has no help',
      'b is a counter and does not end in _total',
      'c_total ends in _total and is no counter',
    ]);
  });

  it.runIf(promtool)('are found well by promtool', async () => {
    const { text } = await metrics();
    const checked = promisify(execFile)(promtool!, ['check', 'metrics']);
    checked.child.stdin!.end(text);
    expect((await checked).stdout).toBe('');
  });

  it('are there before anything was counted, at 0', async () => {
    const { series } = await metrics();
    for (const name of [
      'till_sign_ins_refused_total{reason="invalid_credentials"}',
      'till_requests_throttled_total{limit="address"}',
      'till_idempotent_replays_total',
      'till_mail_failures_total{outcome="refused"}',
      'till_deliveries_total{consumer="mail",outcome="dead"}',
      'till_transaction_retries_total{code="40P01"}',
      'till_provider_calls_total{provider="sandbox",operation="refund",outcome="unknown"}',
      'till_event_deliveries{consumer="mail",status="dead"}',
      'till_payment_outcomes_open{age="older"}',
      'till_webhooks_dead{provider="sandbox"}',
      'till_webhooks_oldest_age_seconds{provider="sandbox"}',
      'till_obligations{state="handed_over"}',
      'till_authorizations_lapsed_total',
      'till_refunds_surplus',
      'till_order_expiry_failures_total',
      'till_reconciliation_differences_open{provider="sandbox",reason="duplicate"}',
      'till_outbox_oldest_age_seconds',
      'till_queue_jobs{consumer="mail",state="waiting"}',
      'till_queue_oldest_job_age_seconds{consumer="mail"}',
      'till_migrations_pending',
      'till_schedule_failures_total{schedule="expire_orders"}',
    ])
      expect([name, series.get(name)]).toEqual([name, 0]);
    expect(series.get('till_database_state{state="writable"}')).toBe(1);
    expect(series.get('till_database_state{state="read_only"}')).toBe(0);
    expect(series.get('till_health_check_up{check="redis"}')).toBe(1);
    expect(series.get('till_database_connections_max')).toBe(10);
    expect([...series.keys()].filter((name) => name.startsWith('till_build_info{version="'))).toHaveLength(1);
  });

  it('count what happens', async () => {
    const names = [
      'till_sign_ins_refused_total{reason="invalid_credentials"}',
      'till_idempotent_replays_total',
      'till_provider_calls_total{provider="sandbox",operation="authorize",outcome="completed"}',
      'till_provider_call_duration_seconds_count{provider="sandbox",operation="authorize"}',
    ];
    const values = async () => {
      const { series } = await metrics();
      return names.map((name) => series.get(name) ?? 0);
    };
    const before = await values();
    const body = { email: 'nobody@till.test', password: 'not the password' };
    expect((await api.request('POST /v1/auth/login', { body })).status).toBe(401);
    const key = randomUUID();
    for (const replayed of [null, 'true']) {
      const { headers } = await api.place(shopper, [{ productId: mug.id, quantity: 1 }], { key });
      expect(headers.get('idempotent-replayed')).toBe(replayed);
    }
    await placeAndPay(1, mug);
    expect((await values()).map((value, index) => value - before[index]!)).toEqual([1, 1, 1, 1]);
  });

  it('add up orders, money and stock', async () => {
    const { series } = await metrics();
    expect(series.get('till_orders{status="confirmed",currency="EUR"}')).toBe(1);
    expect(series.get('till_orders{status="expired",currency="EUR"}')).toBe(0);
    expect(series.get('till_orders_amount_minor_units{status="confirmed",currency="EUR"}')).toBe(1000);
    expect(series.get('till_payments_amount_minor_units{provider="sandbox",currency="EUR",state="captured"}')).toBe(
      1000,
    );
    expect(series.get('till_stock_pieces{state="on_hand"}')).toBeGreaterThan(900);
  });

  it('say when each periodic job last succeeded', async () => {
    const began = Date.now() / 1000;
    const name = 'till_schedule_last_success_timestamp_seconds{schedule="expire_orders"}';
    await expect.poll(() => valueOf(name), { timeout: 20_000 }).toBeGreaterThan(began);
  });

  it('of the whole database come from one process, until it ends', async () => {
    expect(await showsBacklog()).toBe(true);
    // The registry of this process now has the gauges of the second worker, which does not have the lease.
    const second = await startWorker(api);
    try {
      expect(await showsBacklog()).toBe(false);
      expect((await metrics()).series.has('till_database_waiting')).toBe(true);
      await api.sql(`UPDATE leases SET expires_at = now() - interval '1 second'`);
      await expect.poll(showsBacklog, { timeout: 20_000 }).toBe(true);
    } finally {
      await second.close();
    }
    expect(await api.sql('SELECT * FROM leases')).toEqual([]);
  });

  it('have no series of their own for the paths and ids that clients make up', async () => {
    const fastify = api.app.getHttpAdapter().getInstance();
    const visit = async (round: number) => {
      const paths = Array.from({ length: 500 }, (_, n) => [
        `/${randomUUID()}/${n}`,
        `/v1/products/${newId<'prd'>()}`,
        `/v1/orders/ord_${round}${n}`,
        `/v1/${randomUUID()}?${n}=${round}`,
      ]);
      await Promise.all(
        paths.flat().map((url) => fastify.inject({ method: 'GET', url, headers: { 'x-request-id': randomUUID() } })),
      );
    };
    await visit(0);
    const before = await httpSeries();
    for (let round = 1; round < 5; round++) await visit(round);
    expect(await httpSeries()).toEqual(before);
  }, 120_000);
});
