import { networkRules } from './network.rules.js';
import { type KubeObject, ObjectSet } from './objects.js';
import { podRules } from './pods.rules.js';
import type { Rule } from './rule.js';
import { schemaProblems } from './schemas.js';
import { setRules } from './set.rules.js';
import { workloadRules } from './workloads.rules.js';

export const rules: readonly Rule[] = [...podRules, ...workloadRules, ...networkRules, ...setRules];

export interface Problem {
  /** The name of a rule, or `schema`. */
  readonly rule: string;
  readonly what: string;
}

/** Validates each object against its schema, then all of them against the rules, which expect valid objects. */
export function check(objects: readonly KubeObject[]): readonly Problem[] {
  const invalid = objects.flatMap(schemaProblems);
  if (invalid.length > 0) return invalid.map((what) => ({ rule: 'schema', what }));
  const set = new ObjectSet(objects);
  return rules.flatMap(({ name, must, violations }) =>
    [...violations(set)].map((who) => ({ rule: name, what: `${who} (it ${must})` })),
  );
}
