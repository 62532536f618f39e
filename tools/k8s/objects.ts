/** A part of an object, as parsed from YAML; what is not there is undefined. */
// oxlint-disable-next-line typescript/no-explicit-any -- the schemas have been checked before, and each rule reads a different corner
export type Tree = any;

export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Labels;
    readonly annotations?: Labels;
  };
  readonly [member: string]: Tree;
}
export type Labels = Readonly<Record<string, string>>;

/** An object that makes pods, with the template of the pods. */
export interface Workload {
  readonly object: KubeObject;
  readonly labels: Labels;
  /** The `spec` of its pods. */
  readonly pod: Tree;
}

const MAKERS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob']);

/** All objects that are applied together. */
export class ObjectSet {
  constructor(readonly objects: readonly KubeObject[]) {}

  of(...kinds: readonly string[]): readonly KubeObject[] {
    return this.objects.filter(({ kind }) => kinds.includes(kind));
  }

  find(kind: string, name: string): KubeObject | undefined {
    return this.objects.find((object) => object.kind === kind && object.metadata.name === name);
  }

  workloads(...kinds: readonly string[]): readonly Workload[] {
    const makers = this.objects.filter(({ kind }) => (kinds.length > 0 ? kinds.includes(kind) : MAKERS.has(kind)));
    return makers.map((object) => {
      const template: Tree =
        object.kind === 'CronJob' ? object['spec'].jobTemplate.spec.template : object['spec'].template;
      return { object, labels: template.metadata?.labels ?? {}, pod: template.spec };
    });
  }
}

/** All containers of a pod, those that run first among them. */
export function containersOf(pod: Tree): readonly Tree[] {
  return [...(pod.initContainers ?? []), ...(pod.containers ?? [])] as readonly Tree[];
}

/** Whether a label selector (`matchLabels`, or the labels themselves) selects these labels; an empty one selects everything. */
export function selects(selector: Tree, labels: Labels): boolean {
  const wanted: Labels = selector?.matchLabels ?? selector ?? {};
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

export function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.name}`;
}

/** Whether the process is Till's, as opposed to a server that a demo brings along. */
export function isTill({ labels }: Pick<Workload, 'labels'>): boolean {
  return labels['app.kubernetes.io/name'] === 'till';
}

/** The administration port of both processes: health, metrics. */
export const ADMIN_PORT = 9464;
