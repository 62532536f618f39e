import { generalProblems } from './general.problems.js';
import type { ProblemDoc, ProblemDocs } from './problem-doc.js';

const catalog = new Map(Object.entries(generalProblems));

/** The pages of all problem codes of the loaded modules (RFC 9457, section 3.1.1: `type` leads to them). */
export const problemCatalog: ReadonlyMap<string, ProblemDoc> = catalog;

/** Adds the problems of a module. @throws Error if a code already has another explanation */
export function explain(problems: ProblemDocs): void {
  for (const [code, doc] of Object.entries(problems)) {
    const known = catalog.get(code);
    if (known && known !== doc) throw new Error(`The problem ${code} is explained twice.`);
    catalog.set(code, doc);
  }
}

export function titleOf(code: string): string {
  return catalog.get(code)?.title ?? code;
}

/** Returns the HTTP status of a problem. @throws Error for a code that no loaded module explains */
export function statusOfProblem(code: string): number {
  const doc = catalog.get(code);
  if (!doc) throw new Error(`No problem has the code ${code}: explain it in an X.problems.ts.`);
  return doc.status ?? 409;
}
