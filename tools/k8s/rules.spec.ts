import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { inClone } from '../servers/paths.js';
import { check, rules } from './check.js';
import { badSets } from './fixtures.js';
import { objectsIn } from './manifests.js';
import type { KubeObject, Tree } from './objects.js';

const FOLDERS = [
  inClone('k8s', 'base'),
  inClone('k8s', 'components', 'backup'),
  inClone('k8s', 'overlays', 'production'),
];

/** The objects of production as `kubectl kustomize` renders them, without kubectl. */
function production(): readonly KubeObject[] {
  const files = FOLDERS.flatMap((folder) => readdirSync(folder).map((name) => path.join(folder, name)));
  const objects = files
    .filter((file) => file.endsWith('.yaml') && !/kustomization|release|example/.test(file))
    .flatMap(objectsIn);
  return [...objects, settings()].map((object) => {
    const { kind, metadata } = object;
    const labels = { ...metadata.labels, 'app.kubernetes.io/part-of': 'till' };
    const name = kind === 'Job' ? `${metadata.name}-0-1-0` : metadata.name;
    return {
      ...object,
      metadata: {
        ...metadata,
        name,
        labels: kind === 'Namespace' ? metadata.labels : labels,
        ...(kind === 'Namespace' ? {} : { namespace: 'till' }),
      },
    } as KubeObject;
  });
}

function settings(): KubeObject {
  const { configMapGenerator } = load(readFileSync(inClone('k8s', 'base', 'kustomization.yaml'), 'utf8')) as Tree;
  const pairs = configMapGenerator[0].literals.map((literal: string) => literal.split('=')) as [string, string][];
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'till-settings' }, data: Object.fromEntries(pairs) };
}

const good = production();
const bad = badSets(good);

it('the manifests of production keep all rules', () => {
  expect(check(good)).toEqual([]);
});

describe('npm run k8s:check refuses', () => {
  it.each(bad.map((one) => [one.rule, one.change, one] as const))('by %s: %s', (rule, _, { objects }) => {
    expect([...new Set(check(objects).map((problem) => problem.rule))]).toEqual([rule]);
  });
});

it('each rule has a fixture that breaks it, and a name of its own', () => {
  const names = rules.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(bad.map(({ rule }) => rule))).toEqual(new Set([...names, 'schema']));
});

it.each([
  ['monitoring', 'till.rules.yml'],
  ['backup-alerts', 'till.backup.rules.yml'],
])('the PrometheusRule of the component %s has the rules of %s', (component, file) => {
  const rules = load(readFileSync(inClone('monitoring', 'prometheus', file), 'utf8')) as Tree;
  const [object] = objectsIn(inClone('k8s', 'components', component, 'prometheus-rule.yaml'));
  // If not: node tools/k8s/prometheus-rule.mjs
  expect(object!['spec']).toEqual(rules);
});

it('the ConfigMaps of the dashboards have those of monitoring/grafana', () => {
  const folder = inClone('monitoring', 'grafana', 'dashboards');
  const files = readdirSync(folder).map((name) => [`till-${name}`, readFileSync(path.join(folder, name), 'utf8')]);
  const objects = objectsIn(inClone('k8s', 'components', 'monitoring', 'dashboards.yaml'));
  // If not: node tools/k8s/dashboards.mjs > k8s/components/monitoring/dashboards.yaml
  expect(Object.assign({}, ...objects.map(({ data }) => data as object))).toEqual(Object.fromEntries(files));
});
