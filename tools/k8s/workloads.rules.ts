import {
  ADMIN_PORT,
  containersOf,
  isTill,
  type KubeObject,
  nameOf,
  type ObjectSet,
  selects,
  type Tree,
  type Workload,
} from './objects.js';
import { ofPods, type Rule } from './rule.js';

/** How long a process finishes running work after its listener closed, in seconds: DRAIN_MS of src/platform/process/serve.ts. */
const DRAIN_SECONDS = 20;

const serves = ({ object }: Workload) => object.kind !== 'Job' && object.kind !== 'CronJob';
const servesTill = (workload: Workload) => serves(workload) && isTill(workload);
const main = ({ pod }: Workload): Tree => pod.containers[0];

function probes(name: string, must: string, broken: (probe: Tree, workload: Workload) => boolean): Rule {
  const probe = `${name.replace(/-(\w)/, (_, letter: string) => letter.toUpperCase())}`;
  return ofPods(name, must, (workload) => serves(workload) && broken(main(workload)[probe], workload));
}

function adminPath(probe: Tree, workload: Workload): string | undefined {
  const { path, port } = probe?.httpGet ?? {};
  const named = main(workload).ports?.find(({ name }: { name: string }) => name === port)?.containerPort;
  return (named ?? port) === ADMIN_PORT ? path : undefined;
}

function settingOf(workload: Workload, set: ObjectSet, name: string): string | undefined {
  for (const { configMapRef } of main(workload).envFrom ?? []) {
    const value = configMapRef && set.find('ConfigMap', configMapRef.name)?.['data']?.[name];
    if (value !== undefined) return value as string;
  }
  return undefined;
}

/** Seconds that a `preStop` hook waits. */
function preStopSeconds(container: Tree): number {
  const { exec, sleep } = container.lifecycle?.preStop ?? {};
  return Number(sleep?.seconds ?? (exec?.command?.[0] === 'sleep' ? exec.command[1] : 0));
}

const hasBudget = ({ labels }: Workload, set: ObjectSet) =>
  set.of('PodDisruptionBudget').some(({ spec }) => selects(spec.selector, labels));
const scalerOf = ({ metadata, kind }: KubeObject, set: ObjectSet) =>
  set.of('HorizontalPodAutoscaler').find(({ spec }) => {
    return spec.scaleTargetRef.name === metadata.name && spec.scaleTargetRef.kind === kind;
  });
const deployments = (set: ObjectSet) => set.workloads('Deployment').filter(isTill);

/** How workloads start, stop, scale and are replaced. */
export const workloadRules: readonly Rule[] = [
  probes('startup-probe', 'has a startup probe, so that a slow start is no failure', (probe) => !probe),
  probes(
    'liveness-probe',
    'has a liveness probe that asks no dependency: Till /health/live on the administration port',
    (probe, one) => {
      return !probe || (isTill(one) && adminPath(probe, one) !== '/health/live');
    },
  ),
  probes('readiness-probe', 'has a readiness probe: Till /health/ready on the administration port', (probe, one) => {
    return !probe || (isTill(one) && adminPath(probe, one) !== '/health/ready');
  }),
  ofPods(
    'patient-liveness',
    'is restarted after 30 s or more without an answer, not after one slow one',
    (workload) => {
      if (!serves(workload)) return false;
      const { periodSeconds = 10, failureThreshold = 3 } = main(workload).livenessProbe ?? {};
      return periodSeconds * failureThreshold < 30;
    },
  ),
  ofPods(
    'pre-stop',
    'waits some seconds before SIGTERM, since proxies send requests until they have noticed',
    (workload) => {
      return servesTill(workload) && preStopSeconds(main(workload)) < 3;
    },
  ),
  ofPods(
    'grace-period',
    'has time to drain: preStop, SHUTDOWN_DELAY_SECONDS, 20 s for running work, and 5 s to spare',
    (one, set) => {
      if (!servesTill(one)) return false;
      const delay = Number(settingOf(one, set, 'SHUTDOWN_DELAY_SECONDS') ?? 5);
      const needs = preStopSeconds(main(one)) + delay + DRAIN_SECONDS + 5;
      const has = one.pod.terminationGracePeriodSeconds ?? 30;
      return has < needs && `${has} s, needs ${needs} s`;
    },
  ),
  ofPods('rolling-update', 'keeps all pods while it is updated (maxUnavailable 0)', ({ object, labels }) => {
    const { type, rollingUpdate } = object['spec'].strategy ?? {};
    return (
      object.kind === 'Deployment' &&
      isTill({ labels }) &&
      (type !== 'RollingUpdate' || rollingUpdate?.maxUnavailable !== 0)
    );
  }),
  ofPods('spread', 'spreads over zones and nodes', ({ object, labels, pod }) => {
    if (object.kind !== 'Deployment' || !isTill({ labels })) return false;
    const keys = (pod.topologySpreadConstraints ?? []).filter(({ labelSelector }: Tree) =>
      selects(labelSelector, labels),
    );
    return !['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].every((key) =>
      keys.some(({ topologyKey }: Tree) => topologyKey === key),
    );
  }),
  ofPods('roll-back', 'keeps at least two earlier revisions to go back to', ({ object }) => {
    return object.kind === 'Deployment' && (object['spec'].revisionHistoryLimit ?? 10) < 2;
  }),
  {
    name: 'disruption-budget',
    must: 'has a PodDisruptionBudget for each Deployment of Till',
    violations: (set) =>
      deployments(set)
        .filter((one) => !hasBudget(one, set))
        .map(({ object }) => nameOf(object)),
  },
  {
    name: 'budget-lets-drain',
    must: 'lets at least one pod be evicted, or no node can be drained',
    violations: (set) =>
      set
        .of('PodDisruptionBudget')
        .filter(({ spec }) => [0, '0%'].includes(spec.maxUnavailable) || spec.minAvailable === '100%')
        .map(nameOf),
  },
  {
    name: 'two-apis',
    must: 'has at least two apis, so that the loss of a node is no outage',
    violations: (set) =>
      deployments(set)
        .filter(({ labels }) => labels['app.kubernetes.io/component'] === 'api')
        .filter(({ object }) => (scalerOf(object, set)?.['spec'].minReplicas ?? object['spec'].replicas ?? 1) < 2)
        .map(({ object }) => nameOf(object)),
  },
  {
    name: 'one-scaler',
    must: 'leaves the number of pods to its HorizontalPodAutoscaler: `replicas` would undo it at each apply',
    violations: (set) =>
      set
        .workloads()
        .filter(({ object }) => scalerOf(object, set) && object['spec'].replicas !== undefined)
        .map(({ object }) => nameOf(object)),
  },
  {
    name: 'scaler-target',
    must: 'scales a workload that is there, by a resource that its containers request',
    violations: (set) =>
      set.of('HorizontalPodAutoscaler').flatMap((scaler) => {
        const { kind, name } = scaler['spec'].scaleTargetRef;
        return set.find(kind, name) ? [] : [`${nameOf(scaler)} scales ${kind}/${name}`];
      }),
  },
  {
    name: 'migration-job',
    must: 'migrates by a Job that retries, ends by a deadline, and goes away',
    violations: (set) => {
      const jobs = set.workloads('Job').filter(({ labels }) => labels['app.kubernetes.io/component'] === 'migrate');
      const broken = jobs.filter(({ object: { spec } }) => {
        return !(spec.backoffLimit > 0 && spec.activeDeadlineSeconds && spec.ttlSecondsAfterFinished);
      });
      return jobs.length === 1 ? broken.map(({ object }) => nameOf(object)) : [`there are ${jobs.length}`];
    },
  },
  {
    name: 'job-per-version',
    must: "has the version in the name of each Job, since a Job can't be changed",
    violations: (set) =>
      set
        .of('Job')
        .filter(({ metadata }) => !/-\d+-\d+/.test(metadata.name))
        .map(nameOf),
  },
  {
    name: 'job-without-settings',
    must: 'refers to no settings from a Job: their name changes with them, and a Job can not',
    violations: (set) =>
      set
        .workloads('Job')
        .filter(({ pod }) =>
          containersOf(pod).some(({ envFrom = [] }) => envFrom.some((from: Tree) => from.configMapRef)),
        )
        .map(({ object }) => nameOf(object)),
  },
  {
    name: 'rollout-outlasts-migration',
    must: 'gives new pods longer to become ready than a migration may take',
    violations: (set) => {
      const jobs = set.workloads('Job').filter(({ labels }) => labels['app.kubernetes.io/component'] === 'migrate');
      const longest = Math.max(0, ...jobs.map(({ object }) => object['spec'].activeDeadlineSeconds ?? 0));
      return deployments(set)
        .filter(({ object }) => (object['spec'].progressDeadlineSeconds ?? 600) <= longest)
        .map(({ object }) => nameOf(object));
    },
  },
  {
    name: 'cron-job',
    must: 'runs a CronJob once at a time, in UTC, with a deadline, also when it starts late',
    violations: (set) =>
      set
        .of('CronJob')
        .filter(({ spec }) => {
          const deadline = spec.jobTemplate.spec.activeDeadlineSeconds;
          return !(
            spec.concurrencyPolicy === 'Forbid' &&
            spec.timeZone === 'Etc/UTC' &&
            spec.startingDeadlineSeconds &&
            deadline
          );
        })
        .map(nameOf),
  },
];
