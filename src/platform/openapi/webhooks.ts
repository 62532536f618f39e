import type { Type } from '@nestjs/common';
import { getSchemaPath, type OpenAPIObject } from '@nestjs/swagger';
import type { EventDocs } from '../outbox/index.js';

/** What webhooks send. */
export interface WebhookDocs {
  readonly events: EventDocs;
  /** Describes a message but for its type and data. */
  readonly message: Type<object>;
}

/** The classes whose schemas the document must have. */
export const modelsOf = ({ events, message }: WebhookDocs): Type<object>[] => [
  message,
  ...new Set(Object.values(events).map(({ data }) => data)),
];

/** The `webhooks` of an OpenAPI 3.1 document: one for each type of event. */
export function webhooksOf({ events, message }: WebhookDocs): OpenAPIObject['paths'] {
  const described = Object.entries(events).map(([type, { about, data }]) => {
    const typed = {
      type: 'object',
      required: ['type', 'data'],
      properties: { type: { type: 'string', const: type }, data: { $ref: getSchemaPath(data) } },
    };
    const schema = { allOf: [{ $ref: getSchemaPath(message) }, typed] };
    const post = {
      operationId: `on.${type}`.replaceAll(/[._]([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      summary: about,
      tags: ['events'],
      security: [],
      requestBody: { required: true, content: { 'application/json': { schema } } },
      responses: { '2XX': { description: 'You have it. Anything else is tried again.' } },
    };
    return [type, { post }];
  });
  return Object.fromEntries(described) as OpenAPIObject['paths'];
}
