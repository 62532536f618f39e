import type { ObjectSet, Tree, Workload } from './objects.js';
import { containersOf, nameOf } from './objects.js';

/** Something that all objects together must keep. */
export interface Rule {
  /** How a violation is named. */
  readonly name: string;
  /** What must be, and why. */
  readonly must: string;
  /** Returns who violates it, and with what. */
  readonly violations: (set: ObjectSet) => Iterable<string>;
}

/** A rule on each pod template. `broken` returns what is wrong. */
export function ofPods(
  name: string,
  must: string,
  broken: (workload: Workload, set: ObjectSet) => string | boolean | undefined,
): Rule {
  return {
    name,
    must,
    violations: (set) => set.workloads().flatMap((one) => said(nameOf(one.object), broken(one, set))),
  };
}

/** A rule on each container, initial ones included. */
export function ofContainers(
  name: string,
  must: string,
  broken: (container: Tree, workload: Workload) => string | boolean | undefined,
): Rule {
  return {
    name,
    must,
    violations: (set) =>
      set
        .workloads()
        .flatMap((workload) =>
          containersOf(workload.pod).flatMap((container) =>
            said(`${nameOf(workload.object)} container ${container.name}`, broken(container, workload)),
          ),
        ),
  };
}

function said(who: string, what: string | boolean | undefined): string[] {
  if (what === undefined || what === false) return [];
  return [what === true ? who : `${who}: ${what}`];
}
