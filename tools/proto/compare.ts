import protobuf from 'protobufjs';

/** The contract, each part in one line: what a client relies on, by its full name. */
export type Contract = Readonly<Record<string, string>>;

/** Returns the contract of a package and all below it. */
export function contractOf(root: protobuf.Root, name: string): Contract {
  const parts = partsOf(root.lookup(name) as protobuf.Namespace);
  return Object.fromEntries(parts.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** Returns what of the new contract breaks clients of the old one: a part that is gone, or is another one. A new part breaks nobody. */
export function brokenParts(before: Contract, after: Contract): string[] {
  return Object.entries(before)
    .filter(([name, part]) => after[name] !== part)
    .map(([name, part]) => `${name} was "${part}" and is ${after[name] === undefined ? 'gone' : `"${after[name]}"`}`);
}

function partsOf(it: protobuf.ReflectionObject): [string, string][] {
  const name = it.fullName.slice(1);
  if (it instanceof protobuf.Enum)
    return Object.entries(it.values).map(([one, value]) => [`${name}.${one}`, String(value)]);
  if (it instanceof protobuf.Service)
    return it.methodsArray.map((method) => [`${name}.${method.name}`, ofMethod(method)]);
  const fields = it instanceof protobuf.Type ? it.fieldsArray.map((field) => ofField(name, field)) : [];
  return [...fields, ...(it instanceof protobuf.Namespace ? it.nestedArray.flatMap(partsOf) : [])];
}

function ofField(of: string, field: protobuf.Field): [string, string] {
  const type = field.resolvedType?.fullName.slice(1) ?? field.type;
  const kind = field instanceof protobuf.MapField ? `map<${field.keyType}, ${type}>` : type;
  const choice = field.partOf && !field.partOf.name.startsWith('_') ? ` of ${field.partOf.name}` : '';
  const label = field.repeated ? 'repeated ' : isOptional(field) ? 'optional ' : '';
  return [`${of}.${field.name}`, `${field.id} ${label}${kind}${choice}`];
}

/** Whether the field knows the difference between absent and empty. */
function isOptional({ options }: protobuf.Field): boolean {
  return options?.['proto3_optional'] === true;
}

function ofMethod(method: protobuf.Method): string {
  return `${side(method.resolvedRequestType, method.requestStream)} -> ${side(method.resolvedResponseType, method.responseStream)}`;
}

function side(type: protobuf.Type | null, isStream: boolean | undefined): string {
  return `${isStream ? 'stream ' : ''}${type!.fullName.slice(1)}`;
}
