import { isTill, nameOf } from './objects.js';
import { ofContainers, ofPods, type Rule } from './rule.js';

const MEBI = 2 ** 20;
const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1e3, M: 1e6, G: 1e9, Ki: 1024, Mi: MEBI, Gi: 1024 * MEBI };
/** A writable file system in memory or on the node takes at most this. */
const MAX_EMPTY_DIR = 1024 * MEBI;

function bytes(quantity: string | undefined): number | undefined {
  const [, number, unit = ''] = /^(\d+)([A-Za-z]*)$/.exec(quantity ?? '') ?? [];
  return number === undefined || UNITS[unit] === undefined ? undefined : Number(number) * UNITS[unit];
}

/** What a container may do: Pod Security "restricted", and more. */
export const podRules: readonly Rule[] = [
  ofPods('pod-non-root', 'runs as a numeric user other than root', ({ pod }) => {
    const { runAsNonRoot, runAsUser } = pod.securityContext ?? {};
    return runAsNonRoot !== true || !Number.isInteger(runAsUser) || runAsUser === 0;
  }),
  ofContainers('container-non-root', 'does not change the user of its pod to root', ({ securityContext }) => {
    return securityContext?.runAsUser === 0 || securityContext?.runAsNonRoot === false;
  }),
  ofContainers('no-privileged', 'is not privileged', ({ securityContext }) => securityContext?.privileged === true),
  ofContainers(
    'no-privilege-escalation',
    'forbids privilege escalation',
    ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false,
  ),
  ofContainers('no-capabilities', 'drops all capabilities and adds none', ({ securityContext }) => {
    const { drop = [], add = [] } = securityContext?.capabilities ?? {};
    return !drop.includes('ALL') || add.length > 0;
  }),
  ofContainers(
    'read-only-root',
    'has a read-only root file system',
    ({ securityContext }) => securityContext?.readOnlyRootFilesystem !== true,
  ),
  ofPods(
    'seccomp',
    "has the runtime's seccomp profile",
    ({ pod }) => pod.securityContext?.seccompProfile?.type !== 'RuntimeDefault',
  ),
  ofPods('no-host-namespaces', 'shares no namespace with the node (hostNetwork, hostPID, hostIPC)', ({ pod }) =>
    [pod.hostNetwork, pod.hostPID, pod.hostIPC].includes(true),
  ),
  ofContainers('no-host-ports', 'takes no port of the node', ({ ports = [] }) =>
    ports.some(({ hostPort }: { hostPort?: number }) => hostPort !== undefined),
  ),
  ofPods('safe-volumes', 'mounts no folder of the node', ({ pod }) => {
    return (pod.volumes ?? []).find((volume: { hostPath?: object }) => volume.hostPath)?.name;
  }),
  ofPods(
    'bounded-volumes',
    'limits each emptyDir (sizeLimit, at most 1Gi), or it fills the disk of the node',
    ({ pod }) => {
      return (pod.volumes ?? []).find(({ emptyDir }: { emptyDir?: { sizeLimit?: string } }) => {
        return emptyDir && (bytes(emptyDir.sizeLimit) ?? Infinity) > MAX_EMPTY_DIR;
      })?.name;
    },
  ),
  ofPods('own-service-account', 'has a service account other than the default one', ({ pod }) =>
    ['default', undefined].includes(pod.serviceAccountName),
  ),
  ofPods('no-api-token', 'has a token for the Kubernetes API only if a Role says what for', ({ pod }, set) => {
    if (pod.automountServiceAccountToken === false) return false;
    return !set
      .of('RoleBinding')
      .some(({ subjects }) => subjects.some(({ name }: { name: string }) => name === pod.serviceAccountName));
  }),
  ofPods(
    'no-service-links',
    'gets no variables named after services, which Till could take for settings',
    ({ pod }) => {
      return pod.enableServiceLinks !== false;
    },
  ),
  ofContainers('resource-requests', 'requests CPU and memory, so that it gets a node with room', ({ resources }) => {
    return !resources?.requests?.cpu || !resources.requests.memory;
  }),
  ofContainers('memory-limit', 'limits its memory, to at least what it requests', ({ resources }) => {
    const [limit, request] = [bytes(resources?.limits?.memory), bytes(resources?.requests?.memory)];
    return limit === undefined || limit < (request ?? 0);
  }),
  ofContainers(
    'no-cpu-limit',
    'has no CPU limit: it would stall requests while the node has time left',
    ({ resources }) => {
      return resources?.limits?.cpu !== undefined;
    },
  ),
  ofContainers('pinned-image', 'names a version or a digest of its image', ({ image }) => {
    return !/@sha256:[0-9a-f]{64}$|:[\w.-]+$/.test(image) || image.endsWith(':latest');
  }),
  ofContainers('no-secret-values', 'takes secrets from a Secret, not from its manifest', ({ env = [] }) => {
    return env.find(({ name, value }: { name: string; value?: string }) => {
      return value !== undefined && (/(PASSWORD|SECRET|TOKEN|KEY)S?$/.test(name) || /:\/\/[^/]*:[^/]*@/.test(value));
    })?.name;
  }),
  {
    name: 'same-image',
    must: 'runs api, worker, migration and commands from one image',
    violations: (set) => {
      const images = new Map<string, string>();
      for (const workload of set.workloads().filter(isTill)) {
        for (const { image } of workload.pod.containers) images.set(image, nameOf(workload.object));
      }
      return images.size > 1 ? [[...images].map(([image, who]) => `${who} runs ${image}`).join(', ')] : [];
    },
  },
];
