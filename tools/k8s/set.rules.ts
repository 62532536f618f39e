import { containersOf, type KubeObject, nameOf, type ObjectSet, type Tree } from './objects.js';
import type { Rule } from './rule.js';

/** Has MIGRATION_DATABASE_URL. */
const MIGRATION_SECRET = 'till-migration-secrets';
const MIGRATION_JOB = 'Job/till-migrate';
const RESTORE_JOB = 'CronJob/till-restore';
/** Has BACKUP_IDENTITY, which opens backups. */
const DRILL_SECRET = 'till-drill-secrets';
const MAY_OPEN_BACKUPS = new Set(['CronJob/till-backup-drill', RESTORE_JOB]);
const isMigration = (job: KubeObject) => nameOf(job).startsWith(MIGRATION_JOB);
/** Secrets that are made outside: by the operator, by a Job of the demo, or by the controller of certificates. */
const OUTSIDE = new Set([
  'till-secrets',
  MIGRATION_SECRET,
  'till-backup-secrets',
  DRILL_SECRET,
  'till-ca',
  'till-passwords',
  'till-tls',
  'till-shops',
]);
const CLUSTER_WIDE = new Set(['Namespace', 'ClusterRole', 'ClusterRoleBinding', 'CustomResourceDefinition']);
const RBAC = ['Role', 'ClusterRole'] as const;

/** The ConfigMaps and Secrets that pods refer to. */
function references(set: ObjectSet): readonly { readonly kind: string; readonly name: string; readonly by: string }[] {
  return set.workloads().flatMap(({ object, pod }) => {
    const sources: Tree[] = containersOf(pod).flatMap((container) => [
      ...(container.envFrom ?? []).flatMap((from: Tree) => [
        { kind: 'ConfigMap', name: from.configMapRef?.name },
        { kind: 'Secret', name: from.secretRef?.name },
      ]),
      ...(container.env ?? []).flatMap(({ valueFrom }: Tree) => [
        { kind: 'ConfigMap', name: valueFrom?.configMapKeyRef?.name },
        { kind: 'Secret', name: valueFrom?.secretKeyRef?.name },
      ]),
    ]);
    const mounted: Tree[] = (pod.volumes ?? []).flatMap((volume: Tree) => [
      { kind: 'ConfigMap', name: volume.configMap?.name },
      { kind: 'Secret', name: volume.secret?.secretName },
    ]);
    return [...sources, ...mounted].filter(({ name }) => name).map((source) => ({ ...source, by: nameOf(object) }));
  });
}

const isAuthority = ({ name, secret }: Tree) => name === 'ca' && secret?.secretName === 'till-ca' && secret.optional;
const mountsAuthority = ({ volumeMounts = [] }: Tree) =>
  volumeMounts.some(({ name, mountPath, readOnly }: Tree) => {
    return name === 'ca' && mountPath === '/etc/till/ca' && readOnly === true;
  });

/** Who refers to a Secret. */
const readersOf = (set: ObjectSet, secret: string) =>
  references(set)
    .filter(({ kind, name }) => kind === 'Secret' && name === secret)
    .map(({ by }) => by);

/** The restore, if it runs only when somebody makes a Job of it. */
const restoresByHand = (set: ObjectSet) =>
  set.find('CronJob', 'till-restore')?.['spec'].suspend === true ? RESTORE_JOB : undefined;

/** What holds for all objects together. */
export const setRules: readonly Rule[] = [
  {
    name: 'restricted-namespace',
    must: 'has a namespace that enforces Pod Security "restricted"',
    violations: (set) => {
      const found = set.of('Namespace');
      const open = found.filter(
        ({ metadata }) => metadata.labels?.['pod-security.kubernetes.io/enforce'] !== 'restricted',
      );
      return found.length === 0 ? ['there is no Namespace'] : open.map(nameOf);
    },
  },
  {
    name: 'one-namespace',
    must: 'puts everything into that namespace',
    violations: (set) => {
      const namespace = set.of('Namespace')[0]?.metadata.name;
      const own = set.objects.filter(({ kind }) => !CLUSTER_WIDE.has(kind));
      return own.filter(({ metadata }) => metadata.namespace !== namespace).map(nameOf);
    },
  },
  {
    name: 'no-duplicates',
    must: 'has each object once',
    violations: (set) => {
      const seen = new Set<string>();
      return set.objects.map(nameOf).filter((name) => seen.size === seen.add(name).size);
    },
  },
  {
    name: 'labels',
    must: 'labels pods and what makes them with app.kubernetes.io/name and part-of, so that a selector finds all of Till',
    violations: (set) =>
      set
        .workloads()
        .filter(({ object, labels }) => {
          const { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': whole } = object.metadata.labels ?? {};
          return !labels['app.kubernetes.io/name'] || !name || whole !== 'till';
        })
        .map(({ object }) => nameOf(object)),
  },
  {
    name: 'known-references',
    must: 'refers to ConfigMaps and Secrets that are applied with it, or that the README lists',
    violations: (set) =>
      references(set)
        .filter(({ kind, name }) => !set.find(kind, name) && !(kind === 'Secret' && OUTSIDE.has(name)))
        .map(({ kind, name, by }) => `${by} refers to ${kind}/${name}`),
  },
  {
    name: 'owner-for-migration-only',
    must: 'gives the URL of the role that owns the schema to the migration Job and to restores by hand, and to nobody else',
    violations: (set) => {
      const readers = readersOf(set, MIGRATION_SECRET);
      const others = readers.filter((by) => !by.startsWith(MIGRATION_JOB) && by !== restoresByHand(set));
      const lacks = set.of('Job').some(isMigration) && !readers.some((by) => by.startsWith(MIGRATION_JOB));
      return [...others, ...(lacks ? ['the migration Job does not have it'] : [])];
    },
  },
  {
    name: 'backups-stay-closed',
    must: 'gives the key that opens backups to drills and restores, not to what takes backups or serves',
    violations: (set) => readersOf(set, DRILL_SECRET).filter((by) => !MAY_OPEN_BACKUPS.has(by)),
  },
  {
    name: 'database-authority',
    must: 'can read the certificate authority of PostgreSQL (the Secret till-ca at /etc/till/ca) where it has its URL',
    violations: (set) => {
      const able = new Set(
        set
          .workloads()
          .filter(({ pod }) => pod.containers.every(mountsAuthority) && pod.volumes?.some(isAuthority))
          .map(({ object }) => nameOf(object)),
      );
      return [...new Set(readersOf(set, 'till-secrets'))].filter((by) => !able.has(by));
    },
  },
  {
    name: 'no-secrets-in-files',
    must: 'has no Secret with values: whoever reads the repository would read them',
    violations: (set) =>
      set
        .of('Secret')
        .filter((secret) => secret['data'] ?? secret['stringData'])
        .map(nameOf),
  },
  {
    name: 'no-secret-settings',
    must: 'has no secret in a ConfigMap',
    violations: (set) =>
      set.of('ConfigMap').flatMap((map) =>
        Object.entries((map['data'] ?? {}) as Record<string, string>)
          .filter(
            ([key, value]) =>
              /(PASSWORD|SECRETS?|TOKEN|KEY)$/.test(key) ||
              /:\/\/[^/\s]*:[^/\s$]*@/.test(value.split('\n', 1)[0]!) ||
              /BEGIN [A-Z ]*PRIVATE KEY/.test(value),
          )
          .map(([key]) => `${nameOf(map)} ${key}`),
      ),
  },
  {
    name: 'small-roles',
    must: 'grants no rights beyond the namespace, and no wildcard',
    violations: (set) => [
      ...set.of('ClusterRole', 'ClusterRoleBinding').map(nameOf),
      ...set
        .of(...RBAC)
        .filter(({ rules }) =>
          rules.some((rule: Tree) => [...rule.apiGroups, ...rule.resources, ...rule.verbs].includes('*')),
        )
        .map(nameOf),
    ],
  },
];
