import type { OpenAPIObject } from '@nestjs/swagger';
import { operationsOf, type Operation, type Schema } from './document.js';

type Schemas = Record<string, Schema>;
const schemasOf = (document: OpenAPIObject): Schemas => (document.components?.schemas ?? {}) as Schemas;

/** Names of the schemas that a part of the document refers to. */
function referredTo(part: unknown): string[] {
  return [...JSON.stringify(part ?? {}).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name!);
}

/**
 * Closes request bodies, because unknown members are refused. Responses stay open, because they may grow. A default of a body becomes text:
 * generators of clients take a member with a default for one that is always there.
 */
export function closeBodies(document: OpenAPIObject): void {
  const schemas = schemasOf(document);
  const waiting = operationsOf(document).flatMap(({ operation }) => referredTo(operation.requestBody));
  const closed = new Set<string>();
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const schema = schemas[name];
    if (!schema || closed.has(name)) continue;
    closed.add(name);
    schema.additionalProperties ??= false;
    for (const member of Object.values(schema.properties ?? {})) defaultInWords(member);
    waiting.push(...referredTo(schema));
  }
}

function defaultInWords(member: Schema): void {
  if (member.default === undefined) return;
  const text = `Default: \`${JSON.stringify(member.default)}\`.`;
  member.description = member.description ? `${member.description}. ${text}` : text;
  delete member.default;
}

/** Makes a body optional if no member is required. */
export function mayBeLeftOut({ requestBody }: Operation, document: OpenAPIObject): void {
  const [name] = referredTo(requestBody);
  const schema = name === undefined ? undefined : schemasOf(document)[name];
  if (requestBody && schema && !('required' in schema)) requestBody.required = false;
}

/** Returns the document with schemas of OpenAPI 3.1, whose dialect is JSON Schema 2020-12. Nest makes those of OpenAPI 3.0. */
export function inJsonSchema(document: OpenAPIObject): OpenAPIObject {
  return rewritten(document, undefined) as OpenAPIObject;
}

/** Members whose values are data and not parts of the description. */
const data = new Set(['example', 'examples', 'default', 'enum', 'const', 'required']);
/** Members that hold a schema, and members that hold schemas by name or in a list. */
const holdSchema = new Set(['schema', 'items', 'additionalProperties', 'not']);
const holdSchemas = new Set(['schemas', 'properties', 'allOf', 'anyOf', 'oneOf']);

type Kind = 'schema' | 'schemas' | undefined;

function rewritten(value: unknown, kind: Kind): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => rewritten(each, kind === 'schemas' ? 'schema' : undefined));
  const members = Object.entries(value).map(([name, member]) => [name, rewrittenMember(name, member, kind)]);
  const copy = Object.fromEntries(members) as Record<string, unknown>;
  return kind === 'schema' ? modern(copy) : copy;
}

function rewrittenMember(name: string, member: unknown, kind: Kind): unknown {
  if (kind === 'schemas') return rewritten(member, 'schema');
  if (data.has(name)) return member;
  return rewritten(member, holdSchema.has(name) ? 'schema' : holdSchemas.has(name) ? 'schemas' : undefined);
}

type Members = Record<string, unknown>;

/**
 * The schema with whole numbers, which the type `number` of a member can't express, with `null` among its types, and with `examples`. An object
 * without described members is a free one.
 */
function modern({ nullable, example, ...schema }: Members): Members {
  const { type, properties, additionalProperties } = schema;
  const isFree = type === 'object' && !properties && additionalProperties === undefined;
  const typed = {
    ...schema,
    ...(type === 'number' && { type: 'integer' }),
    ...(isFree && { additionalProperties: true }),
  };
  const shown = example === undefined ? typed : { ...typed, examples: [example] };
  return nullable === true ? orNull(shown) : shown;
}

function orNull({ type, allOf, oneOf, $ref, enum: values, ...rest }: Members): Members {
  const inner = (allOf ?? oneOf ?? ($ref === undefined ? undefined : [{ $ref }])) as unknown[] | undefined;
  if (inner) return { ...rest, anyOf: [...inner, { type: 'null' }] };
  const listed = values === undefined ? {} : { enum: [...(values as unknown[]), null] };
  return { type: [type, 'null'], ...listed, ...rest };
}
