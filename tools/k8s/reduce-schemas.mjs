#!/usr/bin/env node
/**
 * Makes schemas.json, what `npm run k8s:check` validates objects with: of Kubernetes' own OpenAPI document (api/openapi-spec/swagger.json of
 * a release, Apache-2.0) and of custom resource definitions, the kinds that k8s/ uses and what they refer to. Descriptions are left out,
 * and members that no schema names are refused, as an API server refuses them with `--validate=strict`.
 * Usage: node reduce-schemas.mjs <version> <swagger.json> [<CRD as YAML>...] > schemas.json
 */
import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';

const KINDS = new Set(
  `ConfigMap CronJob DaemonSet Deployment HorizontalPodAutoscaler Ingress Job LimitRange Namespace NetworkPolicy PersistentVolumeClaim Pod
  PodDisruptionBudget Role RoleBinding Secret Service ServiceAccount StatefulSet`.split(/\s+/),
);
const GROUPS = new Set([
  'v1',
  'apps/v1',
  'batch/v1',
  'autoscaling/v2',
  'networking.k8s.io/v1',
  'policy/v1',
  'rbac.authorization.k8s.io/v1',
]);

const [version, swagger, ...crds] = process.argv.slice(2);
const { definitions } = JSON.parse(readFileSync(swagger, 'utf8'));
const kinds = {};
const kept = {};

function keep(name) {
  if (kept[name]) return;
  kept[name] = {};
  kept[name] = strict(definitions[name]);
}

/** Returns the schema without descriptions and with what it refers to kept; objects take only the members that it names. */
function strict(schema) {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== 'object' || schema === null) return schema;
  if (schema['x-kubernetes-int-or-string']) return { type: ['integer', 'string'] };
  const ref = schema.$ref?.slice('#/definitions/'.length);
  if (ref) return (keep(ref), { $ref: `#/definitions/${ref}` });
  if (schema.format === 'int-or-string') return { type: ['integer', 'string'] };
  if (schema.type === 'string' && schema.format === undefined && !schema.enum && !schema.pattern)
    return { type: 'string' };
  const { description: _description, default: _default, format: _format, ...rest } = schema;
  const isOpen = Object.keys(rest).some((key) => key === 'x-kubernetes-preserve-unknown-fields');
  for (const key of Object.keys(rest)) if (key.startsWith('x-')) delete rest[key];
  // Go knows flags inside of an expression, and JavaScript does not.
  if (typeof rest.pattern === 'string' && rest.pattern.includes('(?')) delete rest.pattern;
  const { properties, ...others } = rest;
  const result = Object.fromEntries(
    Object.entries(others).map(([key, value]) => [key, key === 'required' ? value : strict(value)]),
  );
  if (properties) {
    result.properties = Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, strict(value)]));
    if (!isOpen) result.additionalProperties = false;
  }
  return result;
}

for (const [name, schema] of Object.entries(definitions)) {
  for (const { group, version: v, kind } of schema['x-kubernetes-group-version-kind'] ?? []) {
    const apiVersion = group ? `${group}/${v}` : v;
    if (!KINDS.has(kind) || !GROUPS.has(apiVersion)) continue;
    keep(name);
    kinds[`${apiVersion}/${kind}`] = name;
  }
}
for (const file of crds) {
  const { spec } = load(readFileSync(file, 'utf8'));
  for (const { name: v, schema } of spec.versions) {
    const name = `${spec.group}.${v}.${spec.names.kind}`;
    kept[name] = strict(schema.openAPIV3Schema);
    kept[name].properties.metadata = { $ref: '#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' };
    kinds[`${spec.group}/${v}/${spec.names.kind}`] = name;
  }
}
process.stdout.write(`${JSON.stringify({ version, kinds, definitions: kept })}\n`);
