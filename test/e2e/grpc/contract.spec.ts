import protobuf from 'protobufjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { apiDescription } from '../../../src/api-description.js';
import { OPERATIONS } from '../../../src/grpc/wire/operations.js';
import { readSchema } from '../../../src/grpc/wire/schema.js';
import { describeApi } from '../../../src/platform/openapi/index.js';
import { loadConfig } from '../../../src/settings.js';
import { api, scenario } from '../../support/scenario.js';

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly enum?: readonly (string | null)[];
  readonly properties?: Readonly<Record<string, Schema>>;
}
interface Document {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly parameters?: readonly Parameter[] }>>>>;
}
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: Schema;
}

scenario({ people: [], unchecked: true });
const contract = readSchema();
let document: Document;
beforeAll(() => {
  document = describeApi(api.app, loadConfig(api.settings), apiDescription) as unknown as Document;
});

/** Returns the schema that a reference leads to, also through `null` beside it. */
function resolved(schema: Schema): Schema {
  const [inner] = [schema.allOf, schema.anyOf, schema.oneOf].flatMap((all) => all ?? []);
  if (inner) return resolved(inner);
  return schema.$ref ? resolved(document.components.schemas[schema.$ref.split('/').pop()!]!) : schema;
}

/** Returns where a message has not what the schema has. */
function differences(
  type: protobuf.Type,
  properties: Readonly<Record<string, Schema>>,
  without: readonly string[] = [],
): string[] {
  const fields = new Map(
    type.fieldsArray.filter(({ name }) => !without.includes(name)).map((field) => [field.name, field]),
  );
  const missing = Object.keys(properties)
    .filter((name) => !fields.has(name))
    .map((name) => `${type.name} lacks ${name}`);
  const more = [...fields.keys()]
    .filter((name) => !(name in properties))
    .map((name) => `REST lacks ${type.name}.${name}`);
  const inside = [...fields.values()].flatMap((field) => ofField(field, properties[field.name] ?? {}));
  return [...missing, ...more, ...inside];
}

function ofField({ name, resolvedType }: protobuf.Field, given: Schema): string[] {
  const schema = resolved(given.items ?? given);
  if (resolvedType instanceof protobuf.Enum) {
    const values = Object.keys(resolvedType.values).slice(1).toSorted();
    const prefix = Object.keys(resolvedType.values)[0]!.replace('UNSPECIFIED', '');
    const expected = (schema.enum ?? []).map((value) => prefix + value!.toUpperCase()).toSorted();
    return values.join() === expected.join() ? [] : [`${name} has ${values.join()} and not ${expected.join()}`];
  }
  const isOwn = resolvedType instanceof protobuf.Type && resolvedType.fullName.startsWith('.till.');
  return isOwn ? differences(resolvedType, schema.properties ?? {}) : [];
}

describe('The gRPC contract has what REST has', () => {
  it.each([
    ['Order', 'OrderView', []],
    ['Payment', 'PaymentView', []],
    ['PlaceOrderRequest', 'PlaceOrderDto', ['idempotencyKey']],
    ['Event', 'LoggedEventView', []],
  ])('in %s', (message, schema, without) => {
    const { properties = {} } = resolved({ $ref: `#/components/schemas/${schema}` });
    expect(differences(contract.lookupType(`till.v1.${message}`), properties, without)).toEqual([]);
  });

  it.each(
    Object.entries(OPERATIONS).flatMap(([service, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ service, method, operation })),
    ),
  )('in the request of $method', ({ service, method, operation }) => {
    const found = document.paths[operation.path.replace('{orderId}', '{id}')]![operation.method.toLowerCase()]!;
    if (operation.method === 'POST') return;
    const parameters = (found.parameters ?? []).filter(({ in: place }) => place === 'query' || place === 'path');
    const nameOf = ({ name, in: place }: Parameter) =>
      place === 'path' ? /\{(\w+)\}/.exec(operation.path)![1]! : name;
    const properties = Object.fromEntries(parameters.map((one) => [nameOf(one), one.schema]));
    const type = contract.lookupService(service).methods[method]!.resolvedRequestType!;
    expect(differences(type, properties)).toEqual([]);
  });
});
