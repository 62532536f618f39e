import type { OpenAPIObject } from '@nestjs/swagger';

type Components = NonNullable<OpenAPIObject['components']>;

export type Schema = NonNullable<Components['schemas']>[string] & {
  $ref?: string;
  description?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: unknown;
  default?: unknown;
  required?: string[];
};

export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  allowEmptyValue?: boolean;
  example?: unknown;
  schema?: Schema;
}

export interface Content {
  schema?: Schema;
  example?: unknown;
}

export interface Response {
  $ref?: string;
  description?: string;
  headers?: Record<string, unknown>;
  content?: Record<string, Content>;
}

export interface Operation {
  operationId: string;
  summary?: string;
  description?: string;
  tags?: string[];
  security?: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Record<string, Content> };
  responses: Record<string, Response>;
  'x-permission'?: string;
  'x-own'?: boolean;
}

/** An operation with its place in the document. */
export interface Placed {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch']);

/** Returns every operation of a document, as it lists them. */
export function operationsOf({ paths }: OpenAPIObject): Placed[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>)
      .filter(([method]) => METHODS.has(method))
      .map(([method, operation]) => ({ method, path, operation })),
  );
}
