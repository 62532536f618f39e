import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { type KubeObject, nameOf } from './objects.js';

/** Made by reduce-schemas.mjs. */
interface Schemas {
  readonly version: string;
  /** The definition of each `apiVersion/kind`. */
  readonly kinds: Readonly<Record<string, string>>;
  readonly definitions: Readonly<Record<string, object>>;
}

const schemas = JSON.parse(readFileSync(new URL('schemas.json', import.meta.url), 'utf8')) as Schemas;
const ajv = new Ajv({ strict: false, allErrors: true });
ajv.addSchema({ $id: 'kubernetes', definitions: schemas.definitions });
const validators = new Map<string, ValidateFunction>();

export const schemaVersion = schemas.version;

/** Returns what an object has that the API does not know, or lacks. */
export function schemaProblems(object: KubeObject): string[] {
  const kind = `${object.apiVersion}/${object.kind}`;
  const definition = schemas.kinds[kind];
  if (definition === undefined)
    return [`${kind} is not a kind that k8s/ uses (tools/k8s/reduce-schemas.mjs lists them)`];
  const validate = validators.get(kind) ?? ajv.compile({ $ref: `kubernetes#/definitions/${definition}` });
  validators.set(kind, validate);
  if (validate(object)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const member = (params as { additionalProperty?: string }).additionalProperty;
    return `${nameOf(object)} ${instancePath || '/'} ${message}${member ? ` (${member})` : ''}`;
  });
}
