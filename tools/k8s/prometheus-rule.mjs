#!/usr/bin/env node
/**
 * Makes the PrometheusRule of k8s/components/monitoring from the rules of monitoring/prometheus, since kustomize reads no file outside of
 * its folder and puts none into an object. Run it after a change of the rules; a test compares the two.
 * Usage: node tools/k8s/prometheus-rule.mjs > k8s/components/monitoring/prometheus-rule.yaml
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dump, load } from 'js-yaml';

const rules = load(
  readFileSync(fileURLToPath(new URL('../../monitoring/prometheus/till.rules.yml', import.meta.url)), 'utf8'),
);
const object = {
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'PrometheusRule',
  metadata: { name: 'till', labels: { 'app.kubernetes.io/name': 'till' } },
  spec: rules,
};
process.stdout.write(
  `# Made by tools/k8s/prometheus-rule.mjs of monitoring/prometheus/till.rules.yml.\n${dump(object, { lineWidth: -1 })}`,
);
