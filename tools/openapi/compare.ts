/** What the comparison reads of a JSON Schema. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: Schema;
}

interface Media {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Media & { readonly required?: boolean };
  readonly responses: Readonly<Record<string, Media>>;
  readonly 'x-permission'?: string;
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

/** Returns what of a new document breaks clients of the old one, each in one line that begins with the operation (docs/api-versioning.md). */
export function breakingChanges(before: Document, after: Document): string[] {
  return new Comparison(before, after).all();
}

/** A change of a value that clients send, or of one that they receive. */
type Direction = 'sent' | 'received';

class Comparison {
  /** Pairs of references that are being compared, so that a schema that contains itself ends. */
  private readonly open = new Set<string>();

  constructor(
    private readonly before: Document,
    private readonly after: Document,
  ) {}

  all(): string[] {
    return Object.entries(this.before.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, operation]) => {
        const now = this.after.paths[path]?.[method];
        const line = `${method.toUpperCase()} ${path}`;
        const found = now ? this.ofOperation(operation, now) : ['is gone'];
        return [...new Set(found)].map((change) => `${line} ${change}`);
      }),
    );
  }

  private ofOperation(old: Operation, now: Operation): string[] {
    const renamed = old.operationId !== now.operationId && `is called ${now.operationId}, and was ${old.operationId}`;
    const [was, is] = [old['x-permission'], now['x-permission']];
    const guarded = was !== is && is !== undefined && `needs the permission ${is}, and needed ${was ?? 'none'}`;
    return [
      ...[renamed, guarded].filter((text) => text !== false),
      ...this.ofParameters(old.parameters ?? [], now.parameters ?? []),
      ...this.ofBody(old, now),
      ...this.ofResponses(old, now),
    ];
  }

  private ofParameters(old: readonly Parameter[], now: readonly Parameter[]): string[] {
    const same = (one: Parameter) => (other: Parameter) => one.name === other.name && one.in === other.in;
    const gone = old.filter((parameter) => !now.some(same(parameter))).map(({ name }) => `takes no ${name} any more`);
    const changed = now.flatMap((parameter) => {
      const before = old.find(same(parameter));
      const required = parameter.required && !before?.required ? [`needs ${parameter.name}`] : [];
      const schema = before ? this.ofSchema(before.schema, parameter.schema, parameter.name, 'sent') : [];
      return [...required, ...schema];
    });
    return [...gone, ...changed];
  }

  private ofBody({ requestBody: old }: Operation, { requestBody: now }: Operation): string[] {
    if (!now) return old ? ['takes no body any more'] : [];
    const required = now.required && !old?.required ? ['needs a body'] : [];
    return old ? [...required, ...this.ofSchema(jsonOf(old), jsonOf(now), 'body', 'sent')] : required;
  }

  private ofResponses(old: Operation, now: Operation): string[] {
    const successes = Object.entries(old.responses).filter(([status]) => status.startsWith('2'));
    return successes.flatMap(([status, response]) => {
      const present = now.responses[status];
      if (!present) return [`does not respond ${status} any more`];
      return this.ofSchema(jsonOf(response), jsonOf(present), 'response', 'received');
    });
  }

  private ofSchema(old: Schema | undefined, now: Schema | undefined, at: string, direction: Direction): string[] {
    if (!old || !now) return old && direction === 'received' ? [`${at} is not described any more`] : [];
    const pair = `${old.$ref} ${now.$ref} ${direction}`;
    if (old.$ref && this.open.has(pair)) return [];
    this.open.add(pair);
    const found = this.ofParts(resolved(this.before, old), resolved(this.after, now), at, direction);
    this.open.delete(pair);
    return found;
  }

  private ofParts(old: Schema, now: Schema, at: string, direction: Direction): string[] {
    const [was, is] = [choicesOf(old), choicesOf(now)];
    if (was.length > 1 || is.length > 1) {
      const pairs = was.slice(0, is.length).flatMap((part, index) => this.ofSchema(part, is[index], at, direction));
      const fewer = direction === 'sent' ? is.length < was.length : is.length > was.length;
      return fewer ? [`${at} has ${is.length} forms, and had ${was.length}`] : pairs;
    }
    return [
      ...ofTypes(old, now, at, direction),
      ...ofLimits(old, now, at, direction),
      ...this.ofSchema(old.items, now.items, `${at}[]`, direction),
      ...this.ofMembers(old, now, at, direction),
    ];
  }

  private ofMembers(old: Schema, now: Schema, at: string, direction: Direction): string[] {
    const [was, is] = [old.properties ?? {}, now.properties ?? {}];
    const isClosed = now.additionalProperties === false || direction === 'received';
    const gone = Object.keys(was).filter((name) => !(name in is) && isClosed);
    const [needed, need] = [new Set(old.required), new Set(now.required)];
    const changed =
      direction === 'sent'
        ? [...need].filter((name) => !needed.has(name))
        : [...needed].filter((name) => !need.has(name) && name in is);
    return [
      ...gone.map((name) => `${at}.${name} is gone`),
      ...changed.map((name) => (direction === 'sent' ? `needs ${at}.${name}` : `may leave out ${at}.${name}`)),
      ...Object.entries(was)
        .filter(([name]) => name in is)
        .flatMap(([name, schema]) => this.ofSchema(schema, is[name], `${at}.${name}`, direction)),
    ];
  }
}

function jsonOf({ content = {} }: Media): Schema | undefined {
  return Object.values(content)[0]?.schema;
}

function resolved(document: Document, schema: Schema): Schema {
  if (!schema.$ref) return schema;
  return document.components?.schemas?.[schema.$ref.split('/').pop()!] ?? {};
}

function choicesOf({ allOf, anyOf, oneOf }: Schema): readonly Schema[] {
  return allOf ?? anyOf ?? oneOf ?? [];
}

function ofTypes(old: Schema, now: Schema, at: string, direction: Direction): string[] {
  const [was, is] = [[old.type ?? []].flat(), [now.type ?? []].flat()];
  const [given, taken] = direction === 'sent' ? [was, is] : [is, was];
  const isWider = taken.length === 0 || given.every((type) => taken.includes(type));
  return isWider ? [] : [`${at} is ${is.join(' or ')}, and was ${was.join(' or ')}`];
}

const atLeast = ['minimum', 'minLength', 'minItems'] as const;
const atMost = ['maximum', 'maxLength', 'maxItems'] as const;

/** Limits and lists of values bind what is sent. What is received may get new values: clients must expect them. */
function ofLimits(old: Schema, now: Schema, at: string, direction: Direction): string[] {
  if (direction === 'received') return [];
  const raised = atLeast.filter((name) => (now[name] ?? -Infinity) > (old[name] ?? -Infinity));
  const lowered = atMost.filter((name) => (now[name] ?? Infinity) < (old[name] ?? Infinity));
  const gone = now.enum ? (old.enum ?? ['any value']).filter((value) => !now.enum!.includes(value)) : [];
  const pattern = now.pattern !== undefined && now.pattern !== old.pattern;
  return [
    ...[...raised, ...lowered].map((name) => `${at} has the ${name} ${now[name]}, and had ${old[name] ?? 'none'}`),
    ...gone.map((value) => `${at} does not take ${String(value)} any more`),
    ...(pattern ? [`${at} has the pattern ${now.pattern}, and had ${old.pattern ?? 'none'}`] : []),
  ];
}
