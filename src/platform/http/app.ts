import { randomUUID } from 'node:crypto';
import { maxHeaderSize } from 'node:http';
import {
  type Abstract,
  type DynamicModule,
  MethodNotAllowedException,
  NotAcceptableException,
  type Type,
} from '@nestjs/common';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { findCardNumber } from '../../shared/card-numbers.js';
import { ValidationFailed, type Violation } from '../../shared/errors.js';
import { type Config, ConfigModule } from '../config/index.js';
import { version } from '../build/index.js';
import { createLogger, createRequestLogger, inRequest, Logger, LoggingModule } from '../logging/index.js';
import { measureRequests } from '../metrics/index.js';
import { acceptCookies } from './cookie-access.js';
import { CARD_NUMBER, CardNumberRefused, cardNumberOutsideBody } from './card-number-refused.js';
import { AdminServer } from './admin-server.js';
import { ambiguousHead } from './ambiguous-head.js';
import { readJsonBodies, unreadableBody } from './json-body.js';
import { unsafeValue } from './plain-json.js';
import { answerConditionally } from './conditional-reads.js';
import { DenialLog } from './denial-log.js';
import { type Entrance, routeThrough } from './entrance.js';
import { answerEarly } from './early-answers.js';
import { sendLocations } from './locations.js';
import { madeOrEnded } from './made-or-ended.js';
import { ProblemFilter } from './problem.filter.js';
import { logRequests } from './request-log.js';
import { withoutEmpty } from './query.js';
import { secureHeaders } from './security-headers.js';
import { serveRawBodies } from './raw-body.js';
import { RouteTable } from './routes.js';
import { answerUnreadable, answerUnroutable } from './unreadable.js';
import { routeUpgrades } from './upgrades.js';
import { trustedBy } from './trusted-proxies.js';
import { createValidationPipe } from './validation.pipe.js';
import { traceRequests } from '../tracing/index.js';
import { AddressLimit, clientAddress, ProcessWindowsModule, type WindowStorage } from '../throttling/index.js';
import { closeIdleAtEnd, KEEP_ALIVE_MS, lateness, limitConnections, TIME_LIMITS } from './connection-limits.js';
import { applyBodyLimits, BODY_LIMIT, maxValuesOf, termsOf } from '../routes/index.js';
import { LoadShedding, ProcessOverloaded, setPriorities } from '../shedding/index.js';

/** The root module: configuration, logger, and the given module. */
class HttpApp {}

/** A module whose parts depend on the configuration, such as the enabled providers. */
export type ConfiguredModule = Type & {
  /** The name of the process in lines of the log: `api` or `worker`. */
  readonly processName?: string;
  configured?(config: Config): DynamicModule;
};

/** By which ways requests come to an application, and what counts them beside it. */
export interface Doors {
  /** Health and metrics are served there alone. */
  readonly admin?: AdminServer | undefined;
  /** What sees the requests of clients first. */
  readonly entrance?: Entrance | undefined;
  /** What counts for all shops of the process that hosts the application. */
  readonly windows?: WindowStorage | undefined;
}

/** Makes a Nest application on Fastify with request ids, problem responses and strict JSON. */
export async function createHttpApp(
  module: ConfiguredModule,
  config: Config,
  { admin, entrance, windows }: Doors = {},
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    ...lateness(TIME_LIMITS),
    keepAliveTimeout: KEEP_ALIVE_MS,
    trustProxy: trustedBy(config.http.trustProxy),
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    genReqId: requestIdOf,
    // During shutdown, requests on open connections are still served, and their clients told to reconnect.
    return503OnClosing: false,
    // As long as Node allows for a URL: an id of any wrong form is not found.
    routerOptions: {
      maxParamLength: maxHeaderSize,
      ignoreTrailingSlash: true,
      ...(admin && { constraints: { listener: admin.constraint } }),
    },
    frameworkErrors: answerUnroutable(config),
    clientErrorHandler: answerUnreadable(config),
  });
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  acceptCookies(fastify, config);
  await secureHeaders(fastify, config);
  admin?.attach(fastify);
  const routes = new RouteTable((request) => admin?.serves(request));
  routes.watch(fastify);
  applyBodyLimits(fastify);
  setPriorities(fastify);
  sendLocations(fastify);
  answerConditionally(fastify);
  limitConnections(fastify, TIME_LIMITS);
  closeIdleAtEnd(fastify);
  routeUpgrades(fastify, routeThrough(fastify, entrance));

  const { shop } = config;
  const fields = { process: module.processName ?? module.name, version, ...(shop !== undefined && { shop }) };
  const logger = new Logger(
    createLogger(config.logLevel, undefined, fields),
    createRequestLogger(config.logLevel, fields),
  );
  const root: DynamicModule = {
    module: HttpApp,
    imports: [
      ConfigModule.of(config),
      LoggingModule.of(logger),
      ...(windows ? [ProcessWindowsModule.of(windows)] : []),
      module.configured?.(config) ?? module,
    ],
  };
  const options = { bodyParser: false, logger, abortOnError: false };
  const app = await madeOrEnded(root, (whole) => NestFactory.create<NestFastifyApplication>(whole, adapter, options));
  app.useGlobalPipes(createValidationPipe());
  app.useGlobalFilters(new ProblemFilter(config, logger, providerOf(app, DenialLog)));
  nameInstance(fastify, config.http.instanceId);
  measureRequests(fastify);
  traceRequests(fastify);
  readJsonBodies(fastify);
  answerEarly(fastify, (type) => app.get(type, { strict: false }));
  addHooks(fastify, routes, { limit: providerOf(app, AddressLimit), shedding: providerOf(app, LoadShedding) });
  logRequests(fastify, logger, config.logAddress);
  serveRawBodies(fastify);
  return app;
}

function nameInstance(fastify: FastifyInstance, instanceId: string | undefined): void {
  if (instanceId === undefined) return;
  fastify.addHook('onRequest', (_request, reply, done) => {
    void reply.header('Till-Instance', instanceId);
    done();
  });
}

/** Returns the client's request id if it is valid (1 to 128 visible ASCII characters, no card number), otherwise a new one. */
function requestIdOf(request: { headers: Record<string, string | string[] | undefined> }): string {
  const sent = request.headers['x-request-id'];
  return typeof sent === 'string' && /^[\x21-\x7e]{1,128}$/.test(sent) && !findCardNumber(sent) ? sent : randomUUID();
}

/** What looks at every request before it is read; absent in the worker, which has no clients. */
interface Gates {
  readonly limit: AddressLimit | undefined;
  readonly shedding: LoadShedding | undefined;
}

function providerOf<T>(app: NestFastifyApplication, type: Abstract<T>): T | undefined {
  const modules = [...app.get(ModulesContainer).values()];
  return modules.some((module) => module.hasProvider(type)) ? app.get<T>(type, { strict: false }) : undefined;
}

function addHooks(fastify: FastifyInstance, routes: RouteTable, { limit, shedding }: Gates): void {
  fastify.removeContentTypeParser('text/plain');
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('X-Request-Id', request.id);
    done();
  });
  if (shedding) {
    fastify.addHook('onRequest', (request, _reply, done) => {
      // A URL without a route is worth as little as a list.
      const { priority = 'list' } = request.is404 ? {} : termsOf(request);
      done(shedding.refuses(priority) ? new ProcessOverloaded() : undefined);
    });
  }
  if (limit) {
    fastify.addHook('onRequest', (request, reply, done) => {
      const counting = limit.count(request, reply);
      if (counting) counting.then(() => done(), done);
      else done();
    });
  }
  fastify.addHook('onRequest', (request, reply, done) => done(refusal(request, reply, routes)));
  // The context begins here: reading the body would lose it.
  fastify.addHook('preValidation', (request, _reply, done) => {
    request.query = withoutEmpty(request.query as Record<string, unknown>);
    const unsafe =
      unsafeValue(request.params) ??
      unsafeValue(request.query) ??
      unsafeValue(parsedBody(request), maxValuesOf(request));
    inRequest({ requestId: request.id, address: clientAddress(request) }, () => done(unsafe && refused(unsafe)));
  });
}

function refused(unsafe: Violation): Error {
  return unsafe.code === CARD_NUMBER ? new CardNumberRefused(unsafe) : new ValidationFailed([unsafe]);
}

/** Raw bytes are not checked: their route reads them. */
function parsedBody({ body }: FastifyRequest): unknown {
  return Buffer.isBuffer(body) ? undefined : body;
}

/** Returns the problem with a request before its body is read: forbidden content, a wrong method, or its Accept header. */
function refusal(request: FastifyRequest, reply: FastifyReply, routes: RouteTable): Error | undefined {
  const ambiguous = ambiguousHead(request.raw);
  if (ambiguous) return ambiguous;
  const cardNumber = cardNumberOutsideBody(request);
  if (cardNumber) return new CardNumberRefused(cardNumber);
  const { accept } = request.headers;
  if (accept && request.url.startsWith('/v1/') && !isAcceptable(accept, request)) {
    return new NotAcceptableException(`Till answers in application/json, which Accept: ${accept} does not allow.`);
  }
  const unreadable = unreadableBody(request);
  if (unreadable) return unreadable;
  const methods = request.is404 ? routes.methodsOf(request.raw) : [];
  if (methods.length === 0) return undefined;
  void reply.header('Allow', methods.join(', '));
  return new MethodNotAllowedException(
    `${request.method} is not a method of this address; it has ${methods.join(', ')}.`,
  );
}

function isAcceptable(accept: string, request: FastifyRequest): boolean {
  const { media = [] } = request.is404 ? {} : termsOf(request);
  return /(\*\/\*|application\/(\*|json|problem\+json))/i.test(accept) || media.some((type) => accept.includes(type));
}
