import { MAX_VALUES } from '../../platform/routes/index.js';
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

/** Returns a `google.protobuf.Struct` as free JSON. @throws UnreadableMessage for a number that JSON lacks, and too many values */
export function valuesOf({ fields = {} }: Struct): Members {
  return Object.fromEntries(bounded(Object.entries(fields)).map(([name, value]) => [name, jsonOf(value)]));
}

function jsonOf(value: Value): unknown {
  if (Object.hasOwn(value, 'numberValue')) return finite(value.numberValue!);
  if (Object.hasOwn(value, 'stringValue')) return value.stringValue;
  if (Object.hasOwn(value, 'boolValue')) return value.boolValue;
  if (Object.hasOwn(value, 'structValue')) return valuesOf(value.structValue!);
  return Object.hasOwn(value, 'listValue') ? bounded(value.listValue!.values ?? []).map(jsonOf) : null;
}

function bounded<T>(values: readonly T[]): readonly T[] {
  if (values.length > MAX_VALUES) throw new UnreadableMessage(`Free values have at most ${MAX_VALUES} in one place.`);
  return values;
}

function finite(value: number): number {
  if (!Number.isFinite(value))
    throw new UnreadableMessage('Free values have no infinite numbers, and none that is no number.');
  return value;
}
