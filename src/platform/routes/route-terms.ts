import type { Type } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RouteConfig } from '@nestjs/platform-fastify';

/** The metadata key of a handler's terms. */
const TERMS = Symbol('route terms');

/** How much a request matters under overload, from what is refused first to what is never refused. */
export type Priority = 'list' | 'read' | 'write' | 'essential';

/** Has responses of a public route at hand, in memory. */
export interface EarlyAnswers {
  /** Sends the response to a stranger if it is at hand. Returns whether it did. */
  answer(request: FastifyRequest, reply: FastifyReply): boolean;
}

/** The limits of a route that differ from the defaults. */
export interface RouteTerms {
  /** Bytes of a body; 64 KiB by default. */
  readonly bodyLimit?: number;
  /** Values (members and elements) in a body; 1,000 by default. */
  readonly maxValues?: number;
  /** Whether the handler gets the raw bytes. */
  readonly rawBody?: boolean;
  /** The rate limit per address for this route; `address` by default, none for `unlimited`. */
  readonly limitedAs?: 'address' | 'webhooks' | 'unlimited';
  /** Media types that it sends beside JSON to who asks for them. */
  readonly media?: readonly string[];
  /** `admin`: the route is for operators, and not on the port of the clients where administration has its own. */
  readonly listener?: 'admin';
  /** The address of what the route creates, such as `/v1/things/{id}`: see `Creates`. */
  readonly location?: string;
  /** How much the route matters under overload; by default by its method and path. */
  readonly priority?: Priority;
  /** What may answer strangers from memory: see `@Public({ early })`, which alone sets it. */
  readonly early?: Type<EarlyAnswers> | undefined;
}

/** Values in all of a body, unless its route takes more. */
export const MAX_VALUES = 1000;
/** 64 KiB: more than most bodies have. */
export const BODY_LIMIT = 64 * 1024;

/** Sets limits of a route or of all routes of a controller. Several decorators combine. */
export function Takes(terms: Omit<RouteTerms, 'early'>): MethodDecorator {
  return withTerms(terms);
}

/** Part of `@Public`: whoever has no token may be answered from memory, before the guards. */
export function AnswersEarly(early: Type<EarlyAnswers>): MethodDecorator {
  return withTerms({ early });
}

function withTerms(terms: RouteTerms): MethodDecorator {
  return (target, name, descriptor: PropertyDescriptor) => {
    const handler = descriptor.value as object;
    const all = { ...termsOfHandler(handler), ...terms };
    Reflect.defineMetadata(TERMS, all, handler);
    RouteConfig(all)(target, name, descriptor);
  };
}

/** Returns the limits that `@Takes` sets on a handler. */
export function termsOfHandler(handler: object): RouteTerms {
  return (Reflect.getMetadata(TERMS, handler) as RouteTerms | undefined) ?? {};
}

/** Returns the limits of a request's route. */
export function termsOf({ routeOptions }: FastifyRequest): RouteTerms {
  return (routeOptions.config ?? {}) as RouteTerms;
}

/** Returns how many values the request may have. */
export function maxValuesOf(request: FastifyRequest): number {
  return termsOf(request).maxValues ?? MAX_VALUES;
}

/** Applies body limits to the routes that are registered from now on. */
export function applyBodyLimits(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    const { bodyLimit } = (route.config ?? {}) as RouteTerms;
    if (bodyLimit !== undefined) route.bodyLimit = bodyLimit;
  });
}
