import {
  ADMIN_PORT,
  isTill,
  type KubeObject,
  nameOf,
  type ObjectSet,
  selects,
  type Tree,
  type Workload,
} from './objects.js';
import type { Rule } from './rule.js';

const policies = (set: ObjectSet) => set.of('NetworkPolicy');

function isDenyAll({ spec }: KubeObject): boolean {
  const types = new Set<string>(spec.policyTypes);
  const allows = [...(spec.ingress ?? []), ...(spec.egress ?? [])];
  return selects(spec.podSelector, {}) && types.has('Ingress') && types.has('Egress') && allows.length === 0;
}

/** The workloads whose pods a service sends to. */
function targets(service: KubeObject, set: ObjectSet): readonly Workload[] {
  return set.workloads().filter(({ labels }) => service['spec'].selector && selects(service['spec'].selector, labels));
}

function hasPort({ pod }: Workload, port: string | number): boolean {
  const ports = pod.containers.flatMap((container: Tree) => container.ports ?? []) as Tree[];
  return ports.some(({ name, containerPort }) => name === port || containerPort === port);
}

function isAdminPort(port: string | number | undefined): boolean {
  return port === undefined || port === ADMIN_PORT || port === 'admin';
}

/** The backends of an Ingress: each names a service and one of its ports. */
function backends({ spec }: KubeObject): readonly Tree[] {
  const paths = (spec.rules ?? []).flatMap(({ http }: Tree) => http?.paths ?? []) as Tree[];
  return [spec.defaultBackend, ...paths.map(({ backend }) => backend)].filter(Boolean).map(({ service }) => service);
}

/** What can reach what. */
export const networkRules: readonly Rule[] = [
  {
    name: 'default-deny',
    must: 'denies all traffic that no other policy allows',
    violations: (set) =>
      policies(set).some(isDenyAll)
        ? []
        : ['no NetworkPolicy selects all pods, for both directions, and allows nothing'],
  },
  {
    name: 'pods-can-talk',
    must: 'allows each pod the traffic it needs: with everything denied, a pod that no policy selects is cut off',
    violations: (set) =>
      set
        .workloads()
        .filter(({ labels }) => {
          return !policies(set).some(
            ({ spec }) =>
              Object.keys(spec.podSelector.matchLabels ?? {}).length > 0 && selects(spec.podSelector, labels),
          );
        })
        .map(({ object }) => nameOf(object)),
  },
  {
    name: 'named-peers',
    must: 'says from where traffic may come in',
    violations: (set) =>
      policies(set)
        .filter(({ spec }) => (spec.ingress ?? []).some(({ from }: Tree) => !from || from.length === 0))
        .map(nameOf),
  },
  {
    name: 'private-administration',
    must: 'lets only named namespaces and pods reach the administration port',
    violations: (set) =>
      policies(set)
        .filter(({ spec }) =>
          (spec.ingress ?? []).some(({ from = [], ports = [{}] }: Tree) => {
            const isOpen = from.some(
              ({ ipBlock, namespaceSelector }: Tree) =>
                ipBlock || (namespaceSelector && !namespaceSelector.matchLabels),
            );
            return isOpen && ports.some(({ port }: Tree) => isAdminPort(port));
          }),
        )
        .map(nameOf),
  },
  {
    name: 'no-metadata-service',
    must: "keeps pods from the cloud's metadata service (169.254.0.0/16), which hands out the node's credentials",
    violations: (set) =>
      policies(set)
        .filter(({ spec }) =>
          (spec.egress ?? []).some(({ to = [] }: Tree) =>
            to.some(
              ({ ipBlock }: Tree) => ipBlock?.cidr === '0.0.0.0/0' && !ipBlock.except?.includes('169.254.0.0/16'),
            ),
          ),
        )
        .map(nameOf),
  },
  {
    name: 'inner-services',
    must: 'has services inside the cluster only; an Ingress leads in',
    violations: (set) =>
      set
        .of('Service')
        .filter(({ spec }) => !['ClusterIP', undefined].includes(spec.type))
        .map(nameOf),
  },
  {
    name: 'service-target',
    must: 'sends each port of a service to a port of a pod that is there',
    violations: (set) =>
      set.of('Service').flatMap((service) => {
        const found = targets(service, set);
        const lost = service['spec'].ports.filter(
          ({ port, targetPort = port }: Tree) => !found.some((one) => hasPort(one, targetPort)),
        );
        return lost.map(({ name, port }: Tree) => `${nameOf(service)} port ${name ?? port}`);
      }),
  },
  {
    name: 'public-port-only',
    must: 'leads clients to the public port of the api, never to administration or to another server',
    violations: (set) =>
      set.of('Ingress').flatMap((ingress) =>
        backends(ingress)
          .filter(({ name, port }) => {
            const service = set.find('Service', name);
            const found = service?.['spec'].ports.find(
              (one: Tree) => one.name === port.name || one.port === port.number,
            );
            const isApi =
              service && targets(service, set).every((one) => isTill(one) && hasPort(one, found?.targetPort));
            return !isApi || !found || isAdminPort(found.targetPort);
          })
          .map(({ name }) => `${nameOf(ingress)} leads to ${name}`),
      ),
  },
  {
    name: 'ingress-tls',
    must: 'serves each host of an Ingress by TLS',
    violations: (set) =>
      set.of('Ingress').flatMap((ingress) => {
        const secured = new Set<string>(
          (ingress['spec'].tls ?? []).flatMap(({ hosts = [] }: Tree) => hosts as string[]),
        );
        const open = (ingress['spec'].rules ?? []).filter(({ host }: Tree) => !secured.has(host));
        return open.map(({ host }: Tree) => `${nameOf(ingress)} host ${host ?? '(any)'}`);
      }),
  },
];
