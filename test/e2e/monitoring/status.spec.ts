import { describe, expect, it } from 'vitest';
import { ComponentChecksJob } from '../../../src/platform/status/component-checks.schedule.js';
import { StatusService } from '../../../src/platform/status/status.service.js';
import type { StatusView } from '../../../src/platform/status/status.view.js';
import { api, scenario, worker } from '../../support/scenario.js';

scenario({ people: [], worker: true });

/** The status now: checked by the worker and read anew by the api. */
async function status(): Promise<StatusView> {
  await worker.get(ComponentChecksJob).run();
  return await (api.app.get(StatusService) as unknown as { look(): Promise<StatusView> }).look();
}
const componentOf = ({ components }: StatusView, name: string) =>
  components.find(({ component }) => component === name);

describe('/status', () => {
  it('says as JSON how each component is and was', async () => {
    await status();
    const { status: code, body, headers } = await api.request<StatusView>('GET /status');
    expect([code, headers.get('cache-control'), headers.get('vary')]).toEqual([200, 'no-store', 'Accept']);
    expect(body).toMatchObject({ status: 'operational', incidents: [] });
    expect(body.components.map(({ component }) => component)).toEqual(['api', 'deliveries', 'payments:sandbox']);
    for (const component of body.components) {
      expect(component).toMatchObject({ status: 'operational', availability: '1.00000' });
      expect(component.lastDay).toHaveLength(96);
    }
  });

  it('is a page for browsers, without scripts and without versions', async () => {
    const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
    const page = await fetch(`${api.url}/status`, { headers: { accept } });
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const html = await page.text();
    expect(html).toContain('All systems are operational');
    expect(html).not.toMatch(/<script|127\.0\.0\.1|PostgreSQL/);
  });

  it('opens an incident when events are late, and ends it', async () => {
    await api.sql(`
      WITH late AS (
        INSERT INTO events (id, type, aggregate_type, aggregate_id, aggregate_version, data, created_at)
        VALUES (gen_random_uuid(), 'thing.happened', 'thing', 'thing_1', 1, '{}', now() - interval '10 minutes') RETURNING id)
      INSERT INTO event_deliveries (event_id, consumer, status, next_attempt_at)
      SELECT id, 'nobody', 'pending', now() + interval '1 day' FROM late`);
    const late = await status();
    expect(late.status).toBe('degraded');
    expect(componentOf(late, 'deliveries')).toMatchObject({ status: 'degraded', availability: '1.00000' });
    expect(componentOf(late, 'deliveries')?.lastDay.at(-1)).toBe('degraded');
    expect(late.incidents).toMatchObject([{ component: 'deliveries', status: 'degraded', endedAt: null }]);
    await api.sql(`DELETE FROM event_deliveries WHERE consumer = 'nobody'`);
    const well = await status();
    expect(well.status).toBe('operational');
    expect(well.incidents).toMatchObject([{ component: 'deliveries', endedAt: expect.any(String) as string }]);
    expect(await api.sql('SELECT count(*)::int AS incidents FROM incidents')).toEqual([{ incidents: 1 }]);
  });

  it('counts an outage of an hour as such', async () => {
    await api.sql(`INSERT INTO incidents (component, status, started_at, ended_at)
      VALUES ('api', 'down', now() - interval '3 hours', now() - interval '2 hours')`);
    const { availability, lastDay } = componentOf(await status(), 'api')!;
    expect(Number(availability)).toBeCloseTo(23 / 24, 4);
    expect(lastDay.filter((state) => state === 'down').length).toBeGreaterThanOrEqual(4);
  });

  it('says that a component is not checked when no worker runs', async () => {
    await status();
    await api.sql(`UPDATE component_checks SET checked_at = now() - interval '1 hour'`);
    const unchecked = await (api.app.get(StatusService) as unknown as { look(): Promise<StatusView> }).look();
    expect(componentOf(unchecked, 'deliveries')?.status).toBe('degraded');
    expect(componentOf(unchecked, 'api')?.status).toBe('operational');
  });
});
