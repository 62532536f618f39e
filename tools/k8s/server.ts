import type { Kubectl } from './kubectl.js';
import type { KubeObject, Tree } from './objects.js';

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
      this.assertRestricted(namespace);
      this.say(`${overlay}: the server refuses a privileged Pod there`);
    } finally {
      if (!keep) this.kubectl.run(['delete', 'namespace', namespace, '--wait=false', '--ignore-not-found']);
    }
  }

  private assertRestricted(namespace: string): void {
    const container = { name: 'root', image: 'till:0.1.0', securityContext: { privileged: true } };
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'privileged', namespace },
      spec: { containers: [container] },
    };
    const refusal = this.kubectl.refusal(['create', '--dry-run=server', '-f', '-'], JSON.stringify(pod));
    if (refusal === undefined)
      throw new Error(`The server takes a privileged Pod in ${namespace}: it does not enforce Pod Security.`);
    if (!refusal.includes('violates PodSecurity')) throw new Error(refusal);
  }
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
