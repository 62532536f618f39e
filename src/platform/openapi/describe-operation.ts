import type { Permission } from '../../shared/permissions.js';
import { rolesWith } from '../access/index.js';
import { idPattern } from '../http/index.js';
import type { Operation, Parameter } from './document.js';
import type { RouteFacts } from './route-facts.js';

const ages = { minutes: '10 minutes', shift: 'STAFF_SIGN_IN_SECONDS (12 hours by default)' } as const;

/** Adds name, texts, access and parameters to an operation, as its decorators say. */
export function describeOperation(operation: Operation, facts: RouteFacts, path: string, method: string): void {
  const { doc, access } = facts;
  operation.operationId = doc?.id ?? facts.name;
  if (doc) operation.summary = doc.summary;
  operation.description = textOf(facts);
  operation.security = securityOf(facts);
  if (access && 'permission' in access) operation['x-permission'] = access.permission;
  if (access?.kind === 'own or permission') operation['x-own'] = true;
  const own = (operation.parameters ?? []).filter(({ name }) => name !== 'if-match');
  operation.parameters = [
    ...pathParameters(path, own, facts),
    ...own.map(described),
    ...keyHeader(facts),
    ...(facts.readsIfMatch ? [ifMatch] : []),
    ...(facts.sendsETag && method === 'get' ? [ifNoneMatch] : []),
  ];
}

function textOf(facts: RouteFacts): string {
  const { doc, needsRecentSignIn, idempotency, terms } = facts;
  const paragraphs = [
    doc?.description,
    accessText(facts),
    needsRecentSignIn && `Needs a sign-in no older than ${ages[needsRecentSignIn]}: POST /v1/auth/reauthentication.`,
    idempotency && keyText(idempotency.required ?? true),
    terms.bodyLimit !== undefined && `The body may have ${terms.bodyLimit / 1024} KiB.`,
  ];
  return paragraphs.filter(Boolean).join('\n\n');
}

const keyText = (isRequired: boolean): string =>
  isRequired
    ? 'Has one effect for each `Idempotency-Key`, however often it is sent.'
    : 'Takes an `Idempotency-Key`: it then has one effect, however often it is sent.';

function accessText({ access }: RouteFacts): string | undefined {
  switch (access?.kind) {
    case 'public':
      return 'Needs no access token.';
    case 'signed in':
      return 'For everybody who is signed in; not for API keys.';
    case 'own or permission':
      return `For what is the caller's own. Beyond that, and for API keys, it needs the permission ${named(access.permission)}.`;
    case 'permission':
      return `Needs the permission ${named(access.permission)}.`;
    default:
      return undefined;
  }
}

const named = (permission: Permission): string => `\`${permission}\` (${rolesWith(permission).join(', ')})`;

/** A public route that looks at a token may do without it, but refuses one that is not valid. */
function securityOf({ access }: RouteFacts): Record<string, string[]>[] {
  if (access?.kind !== 'public') return [{ bearer: [] }];
  return access.ignoresToken ? [] : [{}, { bearer: [] }];
}

/** Pipes hide the parameters of paths from Nest's own description, which OpenAPI requires (section 4.8.12.2). */
function pathParameters(path: string, own: readonly Parameter[], { idPrefixes }: RouteFacts): Parameter[] {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const missing = names.filter((name) => !own.some((it) => it.in === 'path' && it.name === name));
  return missing.map((name) => pathParameter(name, idPrefixes[name]));
}

function pathParameter(name: string, prefix: string | undefined): Parameter {
  const base = { name, in: 'path', required: true };
  if (prefix === undefined) return { ...base, schema: { type: 'string' } };
  return {
    ...base,
    description: `An id that begins with \`${prefix}_\``,
    schema: { type: 'string', pattern: idPattern(prefix) },
    example: exampleId(prefix),
  };
}

/** The id of this kind in every example. */
export const exampleId = (prefix: string): string => `${prefix}_01h455vb4pex5vsknk084sn02q`;

/** An empty query parameter counts as absent. */
function described(parameter: Parameter): Parameter {
  return parameter.in === 'query' ? { ...parameter, allowEmptyValue: true } : parameter;
}

const ifMatch: Parameter = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description: 'The `ETag` that the change was made for; another present version is refused with 412.',
  schema: { type: 'string' },
};

const ifNoneMatch: Parameter = {
  name: 'If-None-Match',
  in: 'header',
  required: false,
  description: 'The `ETag` that the client has; if it is the present one, the response is 304 without a body.',
  schema: { type: 'string' },
};

function keyHeader({ idempotency }: RouteFacts): Parameter[] {
  if (!idempotency) return [];
  return [
    {
      name: 'Idempotency-Key',
      in: 'header',
      required: idempotency.required ?? true,
      description: 'New for each intent, the same for each retry of it: 1 to 255 printable ASCII characters.',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
      example: '8f14e45f-ceea-467f-a1d6-0b1f2c3d4e5f',
    },
  ];
}
