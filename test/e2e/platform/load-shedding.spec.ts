import { afterEach, describe, expect, it } from 'vitest';
import { scrape } from '../../support/metrics.js';
import { api, place, scenario, shopper } from '../../support/scenario.js';

const SOON = { timeout: 60_000, interval: 10 };

// The checks of the books read lists, which may be refused here.
scenario({ mugs: 1000, env: { LOAD_SHEDDING_DELAY_MS: '400' }, unchecked: true });

let blocker: NodeJS.Timeout | undefined;
afterEach(() => clearInterval(blocker));

/** Keeps the event loop of the api, which is that of this process, busy for so many milliseconds at a time. */
function overload(ms: number): void {
  blocker = setInterval(() => {
    const until = performance.now() + ms;
    while (performance.now() < until);
  }, 1);
}

const list = () => api.request<{ code?: string }>('GET /v1/products', { token: shopper.token });
const shed = async (priority: string) =>
  (await scrape(api.url)).series.get(`till_requests_shed_total{priority="${priority}"}`);

describe('Under overload', () => {
  it('lists are refused first and payments never, and all is served again when the load is gone', async () => {
    const order = await place();
    await expect.poll(async () => (await list()).status, SOON).toBe(200);
    overload(1000);
    await expect.poll(async () => (await list()).status, SOON).toBe(503);
    const refused = await list();
    expect(refused).toMatchObject({ status: 503, body: { code: 'overloaded' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect((await api.pay(shopper, order)).body).toMatchObject({ status: 'captured' });
    expect((await fetch(`${api.url}/health/live`)).status).toBe(200);
    expect((await fetch(`${api.url}/made/up`)).status).toBe(503);
    clearInterval(blocker);
    await expect.poll(async () => (await list()).status, SOON).toBe(200);
    expect(await shed('list')).toBeGreaterThan(2);
    expect(await shed('write')).toBe(0);
  }, 240_000);
});
