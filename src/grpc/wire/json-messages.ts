import protobuf from 'protobufjs';
import { MAX_VALUES } from '../../platform/routes/index.js';
import type { Members } from './schema.js';
import { structOf, valuesOf } from './structs.js';
import { UnreadableMessage } from './unreadable-message.js';

/** Types with a form of their own in JSON (https://protobuf.dev/programming-guides/json). */
const FORMS: Readonly<Record<string, { toMessage(json: never): Members; toJson(message: never): unknown }>> = {
  '.google.protobuf.Timestamp': { toMessage: timestampOf, toJson: timeOf },
  '.google.protobuf.Struct': { toMessage: structOf, toJson: valuesOf },
};

/** Returns what the type knows of JSON as the API sends it: texts of enums become their numbers, times timestamps; null is absent. */
export function messageOf(type: protobuf.Type, json: Members): Members {
  const given = type.fieldsArray.filter(({ name }) => json[name] !== undefined && json[name] !== null);
  return Object.fromEntries(
    given.map((field) => [field.name, each(field, json[field.name], (one) => toMessage(field, one))]),
  );
}

/** Returns a message as JSON that the API takes, with what was set alone. @throws UnreadableMessage */
export function jsonOf(type: protobuf.Type, message: Members): Members {
  const given = type.fieldsArray.filter((field) => isSet(field, message));
  for (const { name, repeated } of given) if (repeated) bound(name, message[name] as unknown[]);
  return Object.fromEntries(
    given.map((field) => [field.name, each(field, message[field.name], (one) => toJson(field, one))]),
  );
}

function bound(name: string, { length }: readonly unknown[]): void {
  if (length > MAX_VALUES) throw new UnreadableMessage(`${name} has more than ${MAX_VALUES} values.`);
}

function isSet(field: protobuf.Field, message: Members): boolean {
  const value = message[field.name];
  if (!Object.hasOwn(message, field.name) || value === null || value === undefined) return false;
  if (field.repeated) return (value as unknown[]).length > 0;
  // The first value of each enum says that none was chosen.
  return !(field.resolvedType instanceof protobuf.Enum && value === 0);
}

function each(field: protobuf.Field, value: unknown, convert: (one: unknown) => unknown): unknown {
  return field.repeated ? (value as unknown[]).map(convert) : convert(value);
}

function toMessage({ resolvedType }: protobuf.Field, value: unknown): unknown {
  if (resolvedType instanceof protobuf.Enum)
    return resolvedType.values[prefixOf(resolvedType) + String(value).toUpperCase()] ?? 0;
  if (!(resolvedType instanceof protobuf.Type)) return value;
  const form = FORMS[resolvedType.fullName];
  return form ? form.toMessage(value as never) : messageOf(resolvedType, value as Members);
}

function toJson({ resolvedType }: protobuf.Field, value: unknown): unknown {
  if (resolvedType instanceof protobuf.Enum) {
    const name = resolvedType.valuesById[value as number];
    if (name === undefined) throw new UnreadableMessage(`${resolvedType.name} has no value ${String(value)}.`);
    return name.slice(prefixOf(resolvedType).length).toLowerCase();
  }
  if (!(resolvedType instanceof protobuf.Type)) return value;
  const form = FORMS[resolvedType.fullName];
  return form ? form.toJson(value as never) : jsonOf(resolvedType, value as Members);
}

/** `OrderStatus` begins its values with `ORDER_STATUS_`. */
function prefixOf({ name }: protobuf.Enum): string {
  return `${name.replaceAll(/(?<=[a-z])[A-Z]/g, '_$&').toUpperCase()}_`;
}

function timestampOf(time: string): Members {
  const ms = Date.parse(time);
  const seconds = Math.floor(ms / 1000);
  return { seconds, nanos: (ms - seconds * 1000) * 1_000_000 };
}

function timeOf({ seconds = 0, nanos = 0 }: { seconds?: number; nanos?: number }): string {
  const time = new Date(seconds * 1000 + nanos / 1_000_000);
  if (Number.isNaN(time.getTime())) throw new UnreadableMessage('A timestamp is beyond the years of calendars.');
  return time.toISOString();
}
