import { type KubeObject, ObjectSet, type Tree } from './objects.js';

/** A set of objects that one rule must refuse: the good one, with a change. */
export interface BadSet {
  readonly rule: string;
  readonly objects: readonly KubeObject[];
  readonly change: string;
}

type Change =
  | readonly [rule: string, object: string, path: string, value: unknown]
  | readonly [rule: string, 'image', image: string]
  | readonly [rule: string, 'without', object: string]
  | readonly [rule: string, 'and', object: KubeObject];

const API = 'Deployment/till-api';
const WORKER = 'Deployment/till-worker';
const MIGRATE = 'Job/till-migrate-0-1-0';
const VERIFY = 'CronJob/till-ledger-verify';
const BACKUP = 'CronJob/till-backup';
const RESTORE = 'CronJob/till-restore';
const POD = 'spec.template.spec';
const BOX = `${POD}.containers.0`;
const CRON_BOX = `spec.jobTemplate.${BOX}`;
const cluster = (kind: string, name: string, rest: object): KubeObject => ({
  apiVersion: kind.startsWith('Role') ? 'rbac.authorization.k8s.io/v1' : 'v1',
  kind,
  metadata: { name, namespace: 'till' },
  ...rest,
});
const ANY_LABELS = { matchLabels: { 'app.kubernetes.io/name': 'till' } };
const policy = (name: string, spec: object): KubeObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace: 'till' },
  spec: { podSelector: ANY_LABELS, ...spec },
});

/** For each rule a change that breaks it, and nothing else. `undefined` removes a member. */
const CHANGES: readonly Change[] = [
  ['schema', API, 'spec.replica', 3],
  ['schema', API, `${BOX}.ports.0.containerPort`, 'http'],
  ['pod-non-root', API, `${POD}.securityContext.runAsNonRoot`, undefined],
  ['pod-non-root', WORKER, `${POD}.securityContext.runAsUser`, 0],
  ['container-non-root', MIGRATE, `${BOX}.securityContext.runAsUser`, 0],
  ['no-privileged', API, `${BOX}.securityContext.privileged`, true],
  ['no-privilege-escalation', WORKER, `${BOX}.securityContext.allowPrivilegeEscalation`, undefined],
  ['no-capabilities', API, `${BOX}.securityContext.capabilities`, { drop: ['ALL'], add: ['NET_BIND_SERVICE'] }],
  ['no-capabilities', MIGRATE, `${BOX}.securityContext.capabilities`, undefined],
  ['read-only-root', VERIFY, `${CRON_BOX}.securityContext.readOnlyRootFilesystem`, false],
  ['seccomp', API, `${POD}.securityContext.seccompProfile.type`, 'Unconfined'],
  ['no-host-namespaces', API, `${POD}.hostNetwork`, true],
  ['no-host-ports', API, `${BOX}.ports.0.hostPort`, 80],
  ['safe-volumes', WORKER, `${POD}.volumes.2`, { name: 'node', hostPath: { path: '/' } }],
  ['bounded-volumes', API, `${POD}.volumes.0.emptyDir`, {}],
  ['own-service-account', WORKER, `${POD}.serviceAccountName`, 'default'],
  ['no-api-token', API, `${POD}.automountServiceAccountToken`, true],
  ['no-service-links', API, `${POD}.enableServiceLinks`, undefined],
  ['resource-requests', API, `${BOX}.resources.requests.cpu`, undefined],
  ['memory-limit', WORKER, `${BOX}.resources.limits.memory`, '64Mi'],
  ['memory-limit', MIGRATE, `${BOX}.resources.limits`, undefined],
  ['no-cpu-limit', API, `${BOX}.resources.limits.cpu`, '1'],
  ['pinned-image', 'image', 'registry.example/till:latest'],
  ['no-secret-values', API, `${BOX}.env`, [{ name: 'DATABASE_URL', value: 'postgres://till:pass@db/till' }]],
  ['same-image', WORKER, `${BOX}.image`, 'registry.example/till:0.0.9'],
  ['startup-probe', API, `${BOX}.startupProbe`, undefined],
  ['liveness-probe', API, `${BOX}.livenessProbe.httpGet.path`, '/health/ready'],
  ['liveness-probe', WORKER, `${BOX}.livenessProbe.httpGet.port`, 3000],
  ['readiness-probe', API, `${BOX}.readinessProbe`, undefined],
  ['patient-liveness', WORKER, `${BOX}.livenessProbe.failureThreshold`, 1],
  ['pre-stop', API, `${BOX}.lifecycle`, undefined],
  ['grace-period', API, `${POD}.terminationGracePeriodSeconds`, 30],
  ['grace-period', 'ConfigMap/till-settings', 'data.SHUTDOWN_DELAY_SECONDS', '60'],
  ['rolling-update', API, 'spec.strategy.rollingUpdate.maxUnavailable', 1],
  ['spread', API, `${POD}.topologySpreadConstraints.1.topologyKey`, 'topology.kubernetes.io/zone'],
  ['roll-back', API, 'spec.revisionHistoryLimit', 0],
  ['disruption-budget', 'without', 'PodDisruptionBudget/till-worker'],
  ['budget-lets-drain', 'PodDisruptionBudget/till-api', 'spec.maxUnavailable', 0],
  ['two-apis', 'HorizontalPodAutoscaler/till-api', 'spec.minReplicas', 1],
  ['one-scaler', API, 'spec.replicas', 2],
  [
    'scaler-target',
    'and',
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'gone', namespace: 'till' },
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'till-gone' }, maxReplicas: 3 },
    },
  ],
  ['migration-job', MIGRATE, 'spec.backoffLimit', 0],
  ['migration-job', 'without', MIGRATE],
  ['job-per-version', MIGRATE, 'metadata.name', 'till-migrate'],
  ['job-without-settings', MIGRATE, `${BOX}.envFrom.0`, { configMapRef: { name: 'till-settings' } }],
  ['rollout-outlasts-migration', WORKER, 'spec.progressDeadlineSeconds', 600],
  ['cron-job', VERIFY, 'spec.concurrencyPolicy', 'Allow'],
  ['default-deny', 'without', 'NetworkPolicy/default-deny'],
  [
    'pods-can-talk',
    'and',
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name: 'alone-1-0',
        namespace: 'till',
        labels: { 'app.kubernetes.io/name': 'alone', 'app.kubernetes.io/part-of': 'till' },
      },
      spec: {
        template: {
          metadata: { labels: { 'app.kubernetes.io/name': 'alone' } },
          spec: {
            containers: [],
            restartPolicy: 'Never',
            serviceAccountName: 'till',
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } },
          },
        },
      },
    },
  ],
  ['named-peers', 'and', policy('open', { policyTypes: ['Ingress'], ingress: [{ ports: [{ port: 'http' }] }] })],
  [
    'private-administration',
    'and',
    policy('open', {
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 9464 }] }],
    }),
  ],
  [
    'no-metadata-service',
    'and',
    policy('open', { policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }] }),
  ],
  ['inner-services', 'Service/till-api', 'spec.type', 'LoadBalancer'],
  ['service-target', 'Service/till-administration', 'spec.ports.0.targetPort', 'web'],
  [
    'public-port-only',
    'Ingress/till',
    'spec.rules.0.http.paths.0.backend.service',
    { name: 'till-administration', port: { name: 'admin' } },
  ],
  ['ingress-tls', 'Ingress/till', 'spec.tls', undefined],
  ['restricted-namespace', 'Namespace/till', 'metadata.labels', { 'pod-security.kubernetes.io/enforce': 'baseline' }],
  ['one-namespace', 'Service/till-api', 'metadata.namespace', 'default'],
  ['no-duplicates', 'and', cluster('ServiceAccount', 'till', {})],
  ['labels', WORKER, 'metadata.labels', { 'app.kubernetes.io/name': 'till' }],
  ['known-references', API, `${BOX}.envFrom.1.secretRef.name`, 'till-secret'],
  ['owner-for-migration-only', API, `${BOX}.envFrom.2`, { secretRef: { name: 'till-migration-secrets' } }],
  ['owner-for-migration-only', MIGRATE, `${BOX}.envFrom.1`, { secretRef: { name: 'till-secrets' } }],
  ['owner-for-migration-only', RESTORE, 'spec.suspend', undefined],
  ['backups-stay-closed', BACKUP, `${CRON_BOX}.envFrom.3`, { secretRef: { name: 'till-drill-secrets' } }],
  ['database-authority', API, `${BOX}.volumeMounts.1.mountPath`, '/etc/ssl'],
  ['database-authority', BACKUP, `${CRON_BOX}.volumeMounts.3.readOnly`, undefined],
  ['database-authority', WORKER, `${POD}.volumes.1.secret`, { secretName: 'till-ca' }],
  ['no-secrets-in-files', 'and', cluster('Secret', 'till-secrets', { stringData: { DATABASE_URL: 'x' } })],
  ['no-secret-settings', 'ConfigMap/till-settings', 'data.REDIS_URL', 'redis://:pass@redis:6379'],
  ['small-roles', 'and', cluster('Role', 'all', { rules: [{ apiGroups: [''], resources: ['*'], verbs: ['get'] }] })],
];

/** Returns the bad sets, each made of the good one. */
export function badSets(good: readonly KubeObject[]): readonly BadSet[] {
  return CHANGES.map((change) => {
    const objects = structuredClone(good) as KubeObject[];
    const [rule, what, third] = change;
    if (what === 'without')
      return { rule, objects: without(objects, third as string), change: `without ${third as string}` };
    if (what === 'and')
      return { rule, objects: [...objects, third as KubeObject], change: `and ${(third as KubeObject).kind}` };
    if (what === 'image')
      return { rule, objects: withImage(objects, third as string), change: `all with ${third as string}` };
    set(find(objects, what as string), third as string, change[3]);
    return { rule, objects, change: `${what as string} ${third as string}` };
  });
}

function withImage(objects: readonly KubeObject[], image: string): readonly KubeObject[] {
  for (const { pod } of new ObjectSet(objects).workloads())
    for (const container of pod.containers) container.image = image;
  return objects;
}

function without(objects: readonly KubeObject[], name: string): readonly KubeObject[] {
  const gone = find(objects, name);
  return objects.filter((object) => object !== gone);
}

function find(objects: readonly KubeObject[], name: string): KubeObject {
  const found = objects.find((object) => `${object.kind}/${object.metadata.name}` === name);
  if (!found) throw new Error(`There is no ${name}.`);
  return found;
}

function set(object: Tree, path: string, value: unknown): void {
  const steps = path.split('.');
  const last = steps.pop()!;
  const owner = steps.reduce<Tree>((at, step) => at[step], object);
  if (value === undefined) delete owner[last];
  else owner[last] = value;
}
