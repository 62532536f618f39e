import type { Kubectl } from './kubectl.js';
import { isTill, type KubeObject, ObjectSet, type Tree } from './objects.js';

/** An API server applies the objects of one overlay, in a namespace of its own that goes away again. */
export class Server {
  constructor(
    private readonly kubectl: Kubectl,
    private readonly say: (line: string) => void,
  ) {}

  /** @throws KubectlFailed when the server refuses an object, or takes a Pod that it must refuse */
  apply(overlay: string, objects: readonly KubeObject[], keep: boolean): void {
    const namespace = `till-check-${overlay}`;
    const moved = inNamespace(objects, namespace);
    const apply = ['apply', '--server-side', '--validate=strict', '-f', '-'];
    // A dry run makes no namespace for what follows it.
    this.kubectl.run(apply, list(moved.filter(({ kind }) => kind === 'Namespace')));
    try {
      this.kubectl.run([...apply, '--dry-run=server'], list(moved));
      this.say(`${overlay}: the server accepts ${moved.length} objects in a dry run`);
      this.kubectl.run(apply, list(moved));
      this.say(`${overlay}: the server has applied them in the namespace ${namespace}`);
      this.assertRestricted(moved);
      this.say(`${overlay}: the server takes a pod of the api, and refuses it when it is privileged`);
    } finally {
      if (!keep) this.kubectl.run(['delete', 'namespace', namespace, '--wait=false', '--ignore-not-found']);
    }
  }

  /** The namespace takes the api's pod as it is, and refuses it when one line makes it privileged. */
  private assertRestricted(objects: readonly KubeObject[]): void {
    const create = ['create', '--dry-run=server', '-f', '-'];
    this.kubectl.run(create, JSON.stringify(apiPod(objects, false)));
    const refusal = this.kubectl.refusal(create, JSON.stringify(apiPod(objects, true)));
    if (refusal === undefined) throw new Error('The server takes a privileged Pod: it does not enforce Pod Security.');
    if (!refusal.includes('violates PodSecurity')) throw new Error(refusal);
  }
}

function apiPod(objects: readonly KubeObject[], privileged: boolean): object {
  const { object, pod, labels } = new ObjectSet(objects).workloads('Deployment').find(isTill)!;
  const spec = structuredClone(pod);
  Object.assign(spec.containers[0].securityContext, privileged ? { privileged, allowPrivilegeEscalation: true } : {});
  const metadata = { name: 'till-check', namespace: object.metadata.namespace, labels };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec };
}

const list = (items: readonly KubeObject[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });

/** Returns the objects in another namespace, with what refers to it. */
export function inNamespace(objects: readonly KubeObject[], namespace: string): readonly KubeObject[] {
  return objects.map((object) => {
    if (object.kind === 'Namespace') return { ...object, metadata: { ...object.metadata, name: namespace } };
    const subjects = object['subjects']?.map((subject: Tree) => ({ ...subject, namespace }));
    return { ...object, ...(subjects ? { subjects } : {}), metadata: { ...object.metadata, namespace } };
  });
}
