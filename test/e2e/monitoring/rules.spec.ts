import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { findOnPath } from '../../../tools/servers/executables.js';
import { scrape } from '../../support/metrics.js';
import { placeAndPay, mug, scenario, worker } from '../../support/scenario.js';

const promtool = findOnPath('promtool');
const RULES = 'monitoring/prometheus/till.rules.yml';
const BACKUP_RULES = 'monitoring/prometheus/till.backup.rules.yml';
const DASHBOARDS = 'monitoring/grafana/dashboards';

scenario({ mugs: 10, worker: true });

/** The metrics of Till and of its Node in a text, without the suffixes of histograms. */
const metricsIn = (text: string) =>
  new Set(
    [...text.matchAll(/\b(?:till|nodejs|process)_[a-z0-9_]+/g)].map(([name]) =>
      name.replace(/_(bucket|count|sum)$/, ''),
    ),
  );

/** What a process with SHOPS=all shows: see test/e2e/platform/hosted-shops.spec.ts. */
const OF_ALL_SHOPS = ['till_shops_unavailable', 'till_shop_turn_wait_seconds'];

/** What it prints. @throws when it finds a fault */
const byPromtool = async (...args: string[]) => (await promisify(execFile)(promtool!, args)).stdout;

async function missing(text: string): Promise<string[]> {
  const { types } = await scrape(await worker.getUrl());
  return [...metricsIn(text)].filter((name) => !types.has(name) && !types.has(`${name}_count`));
}

describe('The alert rules', () => {
  const rules = [RULES, BACKUP_RULES].map((file) => readFileSync(file, 'utf8')).join('');
  // The watchdog says that nothing is wrong.
  const alerts = [...rules.matchAll(/- alert: (\w+)/g)]
    .map(([, name]) => name!)
    .filter((name) => name !== 'TillWatchdog');

  it('use only metrics that Till shows', async () => {
    await placeAndPay(1, mug);
    expect(metricsIn(rules).size).toBeGreaterThan(25);
    expect(await missing(rules)).toEqual(OF_ALL_SHOPS);
    expect(await missing('rate(till_unheard_of_total[5m])')).toEqual(['till_unheard_of_total']);
  });

  it('have a runbook each, and no runbook has lost its alert', () => {
    const named = [...rules.matchAll(/runbook: (\S+)/g)].map(([, file]) => file!);
    expect(named).toEqual(alerts.map((alert) => `docs/runbooks/${alert}.md`));
    expect(named.filter((file) => !existsSync(file))).toEqual([]);
    const files = readdirSync('docs/runbooks').filter((file) => file !== 'README.md');
    expect(files.toSorted()).toEqual(alerts.map((alert) => `${alert}.md`).toSorted());
  });

  it.runIf(promtool)(
    'raise exactly the alerts of each fault, says promtool',
    async () => {
      expect(await byPromtool('check', 'rules', RULES, BACKUP_RULES)).toContain('SUCCESS');
      expect(await byPromtool('check', 'config', '--syntax-only', 'monitoring/prometheus/prometheus.yml')).toContain(
        'SUCCESS',
      );
      for (const file of [RULES, BACKUP_RULES])
        expect(await byPromtool('test', 'rules', file.replace('.yml', '.test.yml'))).toContain('SUCCESS');
    },
    180_000,
  );
});

describe('The dashboards', () => {
  it.each(['service', 'money', 'queues'])('%s uses only metrics that Till shows', async (name) => {
    const dashboard = JSON.parse(readFileSync(`${DASHBOARDS}/${name}.json`, 'utf8')) as Dashboard;
    const queries = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    expect(queries.length).toBeGreaterThan(5);
    expect(await missing(queries.join('\n'))).toEqual([]);
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

interface Dashboard {
  readonly panels: readonly { readonly id: number; readonly targets?: readonly { readonly expr: string }[] }[];
}
