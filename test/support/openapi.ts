/** What Till uses of an OpenAPI 3.1 schema object. */
export interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
}

export interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly allowEmptyValue?: boolean;
    readonly description?: string;
    readonly schema?: Schema;
    readonly example?: unknown;
  }[];
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly requestBody?: {
    readonly required?: boolean;
    readonly content: Readonly<Record<string, { readonly schema?: Schema; readonly example?: unknown }>>;
  };
  readonly responses: Readonly<Record<string, Response>>;
}

export interface Response {
  readonly $ref?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

export interface OpenApi {
  readonly openapi: string;
  readonly tags: readonly { readonly name: string; readonly description?: string }[];
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** What a local reference such as `#/components/schemas/OrderView` points to (RFC 6901). */
export function resolve(document: OpenApi, ref: string): Schema | undefined {
  const names = ref.replace(/^#\//, '').split('/');
  return names.reduce<unknown>((node, name) => (node as Record<string, unknown> | undefined)?.[name], document) as
    Schema | undefined;
}

const typesOf = ({ type }: Schema): readonly string[] => [type ?? []].flat();

/** Whether a schema allows null beside something else. */
export const isNullable = (schema: Schema): boolean =>
  typesOf(schema).includes('null') || (schema.anyOf?.some((part) => part.type === 'null') ?? false);

/** Every object with described members in a schema, itself included. */
export function objectsIn(document: OpenApi, schema: Schema): Schema[] {
  if (schema.$ref) return objectsIn(document, resolve(document, schema.$ref)!);
  const inner = [
    ...(schema.allOf ?? []),
    ...(schema.oneOf ?? []),
    ...(schema.anyOf ?? []),
    ...(schema.items ? [schema.items] : []),
    ...Object.values(schema.properties ?? {}),
  ];
  return [...(schema.properties ? [schema] : []), ...inner.flatMap((part) => objectsIn(document, part))];
}

/** Where a value is not as its schema says. Objects are closed: a member that is not described is one such place. */
export function misfits(document: OpenApi, schema: Schema | undefined, value: unknown, at = ''): string[] {
  if (!schema) return [`${at} is not described`];
  if (value === null && isNullable(schema)) return [];
  if (schema.$ref) return misfits(document, resolve(document, schema.$ref), value, at);
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) {
    const each = choices.map((part) => misfits(document, part, value, at));
    return each.toSorted((a, b) => a.length - b.length)[0]!;
  }
  if (schema.allOf) return schema.allOf.flatMap((part) => misfits(document, part, value, at));
  if (!isOfType(schema, value)) return [`${at} is ${JSON.stringify(value)}`];
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) => misfits(document, schema.items, item, `${at}/${index}`));
  }
  return typeof value === 'object' && value !== null ? misfitsOfMembers(document, schema, value, at) : [];
}

function misfitsOfMembers(document: OpenApi, schema: Schema, value: object, at: string): string[] {
  const { properties, required = [], additionalProperties } = schema;
  const absent = required.filter((name) => !Object.hasOwn(value, name)).map((name) => `${at}/${name} is absent`);
  if (!properties && additionalProperties) return absent;
  const present = Object.entries(value).flatMap(([name, member]) =>
    misfits(document, properties?.[name], member, `${at}/${name}`),
  );
  return [...absent, ...present];
}

function isOfType({ format, enum: values, ...schema }: Schema, value: unknown): boolean {
  if (value === null || (values && !values.includes(value))) return false;
  const type = typesOf(schema).find((name) => name !== 'null');
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (format === 'date-time') return typeof value === 'string' && new Date(value).toISOString() === value;
  return typeof value === type;
}

/** A member of a body, by its JSON Pointer; of a list, its first element stands for all. */
export interface Field {
  readonly pointer: string;
  readonly nullable: boolean;
  readonly isText: boolean;
}

export interface TextField extends Field {
  readonly isText: true;
  readonly maxLength: number | undefined;
  /** Whether only some texts are taken: values of a list, or texts that an example shows the form of, such as ids. */
  readonly hasForm: boolean;
}

/** Every member of a body, and of what is in it, as its schema describes them. */
export function bodyFields(document: OpenApi, schema: Schema | undefined, at = ''): (Field | TextField)[] {
  if (!schema) return [];
  if (schema.$ref) return bodyFields(document, resolve(document, schema.$ref), at);
  const own = [...(schema.allOf ?? []), ...(schema.anyOf ?? [])].flatMap((part) => bodyFields(document, part, at));
  if (schema.items) return [...own, ...memberFields(document, schema.items, `${at}/0`)];
  const members = Object.entries(schema.properties ?? {});
  return [...own, ...members.flatMap(([name, member]) => memberFields(document, member, `${at}/${name}`))];
}

function memberFields(document: OpenApi, schema: Schema, pointer: string): (Field | TextField)[] {
  const isText = typesOf(schema).includes('string');
  const hasForm = Boolean(schema.enum ?? schema.pattern ?? schema.format);
  const field = { pointer, nullable: isNullable(schema), isText, maxLength: schema.maxLength, hasForm };
  return [field, ...bodyFields(document, schema, pointer)];
}

/** A copy of the body with a value at the pointer; what is missing on the way there is made. */
export function withValue(body: unknown, pointer: string, value: unknown): unknown {
  const [, name, ...rest] = pointer.split('/');
  if (name === undefined) return value;
  const below = rest.length > 0 ? `/${rest.join('/')}` : '';
  if (name !== '0') {
    const members = (body ?? {}) as Record<string, unknown>;
    return { ...members, [name]: withValue(members[name], below, value) };
  }
  const [first, ...others] = (body ?? []) as unknown[];
  return [withValue(first, below, value), ...others];
}
