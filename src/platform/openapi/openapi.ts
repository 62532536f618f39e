import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { Config } from '../config/index.js';
import { problemSchema } from './problem-schema.js';

/**
 * Serves `/openapi.json` (OpenAPI 3) and, for people, `/docs`. The document is made once: by `build`, or at the first request.
 */
export function serveOpenApi(app: NestFastifyApplication, config: Config, description: string): { build(): void } {
  let made: OpenAPIObject | undefined;
  let bytes: Buffer | undefined;
  const document = () => (made ??= documentOf(app, config, description));
  const build = () => (bytes ??= Buffer.from(JSON.stringify(document())));
  app
    .getHttpAdapter()
    .getInstance()
    .get('/openapi.json', (_request, reply) => reply.type('application/json; charset=utf-8').send(build()));
  SwaggerModule.setup('docs', app, document, {
    raw: false,
    customSiteTitle: 'Till',
    swaggerOptions: { docExpansion: 'none', displayRequestDuration: true },
  });
  return { build };
}

function documentOf(app: NestFastifyApplication, config: Config, description: string): OpenAPIObject {
  const base = new DocumentBuilder()
    .setTitle('Till')
    .setDescription(description)
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer(config.http.publicUrl)
    .addBearerAuth()
    .addSecurityRequirements('bearer')
    .addGlobalResponse({
      status: 'default',
      description: 'A problem (RFC 9457)',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    })
    .build();
  const document = SwaggerModule.createDocument(app, base, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  document.components = {
    ...document.components,
    schemas: { Problem: problemSchema, ...document.components?.schemas },
  };
  describePathParameters(document);
  for (const operation of operationsOf(document)) openToAll(operation);
  closeBodies(document);
  for (const operation of operationsOf(document)) {
    describeOptional(operation);
    mayBeLeftOut(operation, document);
  }
  return withIntegers(document);
}

/** Pipes hide the parameters of paths from Nest's own description, which OpenAPI requires (section 4.7.9.2). */
function describePathParameters({ paths }: OpenAPIObject): void {
  for (const [path, item] of Object.entries(paths)) {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
    for (const operation of Object.values(item) as { parameters?: { name: string; in: string }[] }[]) {
      const own = operation.parameters ?? [];
      const missing = names.filter((name) => !own.some((it) => it.in === 'path' && it.name === name));
      const described = missing.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
      operation.parameters = [...described, ...own];
    }
  }
}

/** Marks all numbers as integers, which the type `number` of a member can't express. */
function withIntegers(document: OpenAPIObject): OpenAPIObject {
  return JSON.parse(JSON.stringify(document, integerForNumber)) as OpenAPIObject;
}

function integerForNumber(name: string, value: unknown): unknown {
  return name === 'type' && value === 'number' ? 'integer' : value;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  required?: boolean;
  allowEmptyValue?: boolean;
}
type Operation = Record<string, unknown> & {
  security?: unknown;
  parameters?: readonly Parameter[];
  requestBody?: { required?: boolean };
};

/** Describes that an empty query parameter counts as absent, and that `If-Match` is optional. */
function describeOptional({ parameters = [] }: Operation): void {
  for (const parameter of parameters) {
    if (parameter.in === 'query') parameter.allowEmptyValue = true;
    if (parameter.in === 'header' && parameter.name.toLowerCase() === 'if-match') parameter.required = false;
  }
}

/** Makes a body optional if no member is required. */
function mayBeLeftOut({ requestBody }: Operation, document: OpenAPIObject): void {
  const [, name] = /"#\/components\/schemas\/([^"]+)"/.exec(JSON.stringify(requestBody ?? {})) ?? [];
  const schema = name === undefined ? undefined : document.components?.schemas?.[name];
  if (requestBody && schema && !('required' in schema)) requestBody.required = false;
}

/** Closes request bodies, because unknown members are refused. Responses stay open, because they may grow. */
function closeBodies(document: OpenAPIObject): void {
  const schemas = (document.components?.schemas ?? {}) as Record<string, { additionalProperties?: unknown }>;
  const waiting: unknown[] = operationsOf(document).flatMap(({ requestBody }) => requestBody ?? []);
  const closed = new Set<string>();
  for (let body = waiting.pop(); body !== undefined; body = waiting.pop()) {
    for (const [, name] of JSON.stringify(body).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      const schema = schemas[name!];
      if (!schema || closed.has(name!)) continue;
      closed.add(name!);
      schema.additionalProperties ??= false;
      waiting.push(schema);
    }
  }
}

function operationsOf({ paths }: OpenAPIObject): Operation[] {
  return Object.values(paths)
    .flatMap((path) => Object.values(path) as unknown[])
    .filter((operation): operation is Operation => typeof operation === 'object' && operation !== null);
}

/** `@Public()` leaves this mark, because an extension is what a decorator can add to an operation. */
function openToAll(operation: Operation): void {
  if (operation['x-public'] !== true) return;
  delete operation['x-public'];
  operation.security = [];
}
