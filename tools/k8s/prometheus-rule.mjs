#!/usr/bin/env node
/**
 * Makes the PrometheusRules of k8s/components/monitoring and backup-alerts from the rules of monitoring/prometheus, since kustomize reads no
 * file outside of its folder and puts none into an object. Run it after a change of the rules; a test compares them.
 * Usage: node tools/k8s/prometheus-rule.mjs
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dump, load } from 'js-yaml';

const inClone = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

function write(file, name, component) {
  const object = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name, labels: { 'app.kubernetes.io/name': 'till' } },
    spec: load(readFileSync(inClone(`monitoring/prometheus/${file}`), 'utf8')),
  };
  const comment = `# Made by tools/k8s/prometheus-rule.mjs of monitoring/prometheus/${file}.\n`;
  writeFileSync(
    inClone(`k8s/components/${component}/prometheus-rule.yaml`),
    `${comment}${dump(object, { lineWidth: -1 })}`,
  );
}

write('till.rules.yml', 'till', 'monitoring');
write('till.backup.rules.yml', 'till-backups', 'backup-alerts');
