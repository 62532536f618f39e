import type { RegisteredProblem } from './errors.js';

/** Where IANA lists types of problems for all APIs (RFC 9457, section 4.2). */
const REGISTRY = 'https://iana.org/assignments/http-problem-types';

/** The problem types of draft-ietf-httpapi-ratelimit-headers-11, section 5. */
export type LimitProblem = 'quota-exceeded' | 'temporary-reduced-capacity' | 'abnormal-usage-detected';

/** `violated` names the limits that a request exceeds. */
export function limitProblem(name: LimitProblem, violated: readonly string[]): RegisteredProblem {
  return { type: `${REGISTRY}#${name}`, members: { 'violated-policies': violated } };
}
