#!/usr/bin/env node
/**
 * Makes the ConfigMaps of k8s/components/monitoring from the dashboards of monitoring/grafana, since kustomize reads no file outside of its
 * folder. Run it after a change of a dashboard; a test compares the two.
 * Usage: node tools/k8s/dashboards.mjs > k8s/components/monitoring/dashboards.yaml
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dump } from 'js-yaml';

const folder = fileURLToPath(new URL('../../monitoring/grafana/dashboards', import.meta.url));
const objects = readdirSync(folder)
  .toSorted()
  .map((file) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: `till-dashboard-${file.replace('.json', '')}`,
      // The label that Grafana's sidecar of kube-prometheus-stack looks for.
      labels: { 'app.kubernetes.io/name': 'till', grafana_dashboard: '1' },
    },
    data: { [`till-${file}`]: readFileSync(`${folder}/${file}`, 'utf8') },
  }));
process.stdout.write(
  `# Made by tools/k8s/dashboards.mjs of monitoring/grafana/dashboards.\n${objects.map((object) => dump(object, { lineWidth: -1 })).join('---\n')}`,
);
