import { statusOfProblem } from '../http/index.js';
import type { Operation } from './document.js';
import type { RouteFacts } from './route-facts.js';

/** Returns the codes of problems that guards, pipes and interceptors of the platform give on a route. */
export function generalRefusals(
  facts: RouteFacts,
  { parameters = [], requestBody }: Operation,
  method: string,
): string[] {
  const readsCookies = method !== 'get' && !(facts.access?.kind === 'public' && facts.access.ignoresToken);
  const isIn = (place: string) => parameters.some((parameter) => parameter.in === place);
  return [
    'malformed_request',
    'card_number_refused',
    'validation_failed',
    ...refusalsOfAccess(facts),
    ...(readsCookies ? ['cross_site_request'] : []),
    ...(isIn('path') ? ['not_found'] : []),
    ...(parameters.some(({ name }) => name === 'If-Match') ? ['precondition_failed'] : []),
    ...(requestBody ? ['payload_too_large', 'unsupported_media_type'] : []),
    ...refusalsOfKey(facts),
    ...(facts.terms.limitedAs === 'unlimited' ? [] : ['rate_limited']),
    'overloaded',
    'database_unavailable',
  ];
}

function refusalsOfAccess({ access, needsRecentSignIn }: RouteFacts): string[] {
  const codes = access?.kind === 'public' && access.ignoresToken ? [] : ['unauthenticated'];
  if (access?.kind === 'signed in') codes.push('not_for_api_keys');
  else if (access?.kind !== 'public') codes.push('forbidden');
  return needsRecentSignIn ? [...codes, 'recent_sign_in_required'] : codes;
}

function refusalsOfKey({ idempotency }: RouteFacts): string[] {
  if (!idempotency) return [];
  const missing = (idempotency.required ?? true) ? ['idempotency_key_missing'] : [];
  return [...missing, 'idempotency_key_invalid', 'idempotency_key_in_use', 'idempotency_key_reused'];
}

/** Returns codes by their status, both in a fixed order. */
export function byStatus(codes: readonly string[]): Map<number, string[]> {
  const unique = [...new Set(codes)].toSorted();
  const statuses = [...new Set(unique.map(statusOfProblem))].toSorted((a, b) => a - b);
  return new Map(statuses.map((status) => [status, unique.filter((code) => statusOfProblem(code) === status)]));
}
