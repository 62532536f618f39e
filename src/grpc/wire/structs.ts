import type { Members } from './schema.js';
import { UnreadableMessage } from './unreadable-message.js';

/** A `google.protobuf.Value`, of which one member is set. */
interface Value {
  readonly numberValue?: number;
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly structValue?: Struct;
  readonly listValue?: { readonly values?: readonly Value[] };
}

interface Struct {
  readonly fields?: Readonly<Record<string, Value>>;
}

/** Returns free JSON as a `google.protobuf.Struct`. */
export function structOf(values: Members): { readonly fields: Members } {
  return { fields: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, valueOf(value)])) };
}

function valueOf(value: unknown): Members {
  if (typeof value === 'number') return { numberValue: value };
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (Array.isArray(value)) return { listValue: { values: value.map(valueOf) } };
  return typeof value === 'object' && value !== null ? { structValue: structOf(value as Members) } : { nullValue: 0 };
}

/** Returns a `google.protobuf.Struct` as free JSON. @throws UnreadableMessage for a number that JSON lacks */
export function valuesOf({ fields = {} }: Struct): Members {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, jsonOf(value)]));
}

function jsonOf(value: Value): unknown {
  if (Object.hasOwn(value, 'numberValue')) return finite(value.numberValue!);
  if (Object.hasOwn(value, 'stringValue')) return value.stringValue;
  if (Object.hasOwn(value, 'boolValue')) return value.boolValue;
  if (Object.hasOwn(value, 'structValue')) return valuesOf(value.structValue!);
  return Object.hasOwn(value, 'listValue') ? (value.listValue!.values ?? []).map(jsonOf) : null;
}

function finite(value: number): number {
  if (!Number.isFinite(value))
    throw new UnreadableMessage('Free values have no infinite numbers, and none that is no number.');
  return value;
}
