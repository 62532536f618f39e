import { Command } from 'commander';
import { inClone } from '../servers/paths.js';
import { check, rules } from './check.js';
import { Kubectl } from './kubectl.js';
import { objectsOf } from './manifests.js';
import { schemaVersion } from './schemas.js';
import { Server } from './server.js';

/** What people apply, by its folder. */
const SETS = { demo: 'overlays/demo', production: 'overlays/production', shops: 'examples/shops' } as const;

const program = new Command('k8s:check')
  .description(
    'Renders both overlays and the example with several shops, validates each object against the schemas of the Kubernetes API and holds all of them to the rules. Where KUBECONFIG names a cluster, also applies them there: first as a dry run, then for real, each in a namespace of its own that is deleted again.',
  )
  .option('--keep', 'leave the namespaces in the cluster')
  .option('--rules', 'print the rules')
  .action(({ keep = false, rules: list = false }: { keep?: boolean; rules?: boolean }) => {
    if (list) for (const { name, must } of rules) console.log(`${name}: ${must}`);
    else run(keep);
  });

function run(keep: boolean): void {
  const kubectl = Kubectl.find();
  const server = process.env['KUBECONFIG'] ? new Server(kubectl, console.log) : undefined;
  let problems = 0;
  for (const [overlay, folder] of Object.entries(SETS)) {
    const objects = objectsOf(kubectl.run(['kustomize', inClone('k8s', folder)]));
    const found = check(objects);
    for (const { rule, what } of found) console.error(`${overlay}: ${rule}: ${what}`);
    problems += found.length;
    console.log(
      `${overlay}: ${objects.length} objects, ${rules.length} rules, ${found.length} problems (API ${schemaVersion})`,
    );
    if (found.length === 0) server?.apply(overlay, objects, keep);
  }
  if (!server) console.log('KUBECONFIG names no cluster: nothing was applied.');
  if (problems > 0) process.exitCode = 1;
}

try {
  program.parse();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
