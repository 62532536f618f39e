import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { isMadeByBuild, madeByBuild } from '../build/index.js';
import type { Config } from '../config/index.js';
import { prefersPage } from '../http/index.js';
import { describeOperation } from './describe-operation.js';
import { operationsOf } from './document.js';
import { headers } from './headers.js';
import { problemResponse, problemSchema } from './problem-schema.js';
import { generalRefusals } from './refusals.js';
import { describeResponses, shareResponses } from './responses.js';
import { factsOf, nameOf, type RouteFacts } from './route-facts.js';
import { closeBodies, inJsonSchema, mayBeLeftOut } from './schemas.js';
import { modelsOf, type WebhookDocs, webhooksOf } from './webhooks.js';

/** What the composition root says about the API as a whole. */
export interface ApiDescription {
  /** In Markdown. */
  readonly text: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Bodies of requests that succeed, by the names of their operations. */
  readonly examples: Readonly<Record<string, object>>;
  readonly webhooks: WebhookDocs;
  /** Codes of problems that guards of modules give on a route. */
  refusalsOf(facts: RouteFacts): readonly string[];
}

/**
 * Serves `/openapi.json` (OpenAPI 3.1) and, for people, `/docs`. The document comes from the build; where there is none, `prepare` makes it
 * before requests come, which would all wait for it.
 */
export function serveOpenApi(
  app: NestFastifyApplication,
  config: Config,
  description: ApiDescription,
): { prepare(): void } {
  let made: OpenAPIObject | undefined;
  let bytes: Buffer | undefined;
  const document = () => (made ??= documentOfBuild(config) ?? describeApi(app, config, description));
  const serialized = () => (bytes ??= Buffer.from(JSON.stringify(document())));
  app
    .getHttpAdapter()
    .getInstance()
    .get('/openapi.json', (_request, reply) => reply.type('application/json; charset=utf-8').send(serialized()));
  serveLinks(app);
  SwaggerModule.setup('docs', app, document, {
    raw: false,
    customSiteTitle: 'Till',
    swaggerOptions: { docExpansion: 'list', displayRequestDuration: true, filter: true, persistAuthorization: true },
  });
  return { prepare: () => void (isMadeByBuild('openapi') || serialized()) };
}

/** Only the address in it depends on the configuration. */
function documentOfBuild({ http }: Config): OpenAPIObject | undefined {
  const document = madeByBuild<OpenAPIObject>('openapi');
  return document && { ...document, servers: [{ url: http.publicUrl }] };
}

const LINKS = {
  docs: '/docs',
  openapi: '/openapi.json',
  problems: '/problems',
  status: '/status',
  account: '/account',
} as const;

/** Leads browsers from `/` to the description, and tells programs where things are. */
function serveLinks(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/', (request, reply) => {
    void reply.header('Vary', 'Accept');
    return prefersPage(request.headers.accept)
      ? reply.redirect(LINKS.docs)
      : reply.send({ name: 'Till', links: LINKS });
  });
}

/** Returns the OpenAPI document of an application, which need not be initialised. */
export function describeApi(app: NestFastifyApplication, config: Config, description: ApiDescription): OpenAPIObject {
  const document = SwaggerModule.createDocument(app, frame(config, description), {
    operationIdFactory: nameOf,
    extraModels: modelsOf(description.webhooks),
  });
  const facts = factsOf(app);
  const operations = operationsOf(document);
  for (const { operation, path, method } of operations) {
    const its = facts(operation.operationId, { method, path });
    if (!its)
      throw new Error(`${operation.operationId} is no handler of a controller: explain it with @Operation() alone.`);
    describeOperation(operation, its, path, method);
    const codes = [
      ...generalRefusals(its, operation, method),
      ...description.refusalsOf(its),
      ...(its.doc?.refuses ?? []),
    ];
    describeResponses(operation, its, codes, method);
    mayBeLeftOut(operation, document);
    const example = description.examples[operation.operationId];
    for (const content of Object.values(operation.requestBody?.content ?? {})) if (example) content.example = example;
  }
  closeBodies(document);
  const shared = shareResponses(operations.map(({ operation }) => operation));
  document.components = {
    ...document.components,
    schemas: { ...problemSchema(), ...document.components?.schemas },
    responses: { Problem: problemResponse, ...shared } as never,
    headers: headers as never,
  };
  document.webhooks = webhooksOf(description.webhooks);
  return inJsonSchema(document);
}

function frame(config: Config, { text, tags }: ApiDescription): Omit<OpenAPIObject, 'paths'> {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Till')
    .setDescription(text)
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer(config.http.publicUrl)
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An access token or an API key' });
  for (const [name, about] of Object.entries(tags)) builder.addTag(name, about);
  return builder.build();
}
