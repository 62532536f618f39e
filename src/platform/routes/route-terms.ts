import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RouteConfig } from '@nestjs/platform-fastify';

/** Under which a handler keeps the terms of all its decorators. */
const TERMS = Symbol('route terms');

/** What a route takes, where it is not what most routes take. */
export interface RouteTerms {
  /** Bytes of a body; 64 KiB when absent. */
  readonly bodyLimit?: number;
  /** Values (members and elements) in a body; 1,000 when absent. */
  readonly maxValues?: number;
  /** Whether the body is kept as the bytes that came. */
  readonly rawBody?: boolean;
  /** Which limit of requests from one address counts here; `address` when absent, none for `unlimited`. */
  readonly limitedAs?: 'address' | 'webhooks' | 'unlimited';
}

/** Values in all of a body, unless its route takes more. */
export const MAX_VALUES = 1000;
/** 64 KiB: more than most bodies have. */
export const BODY_LIMIT = 64 * 1024;

/** Says what a route takes; a controller's terms hold for its routes, and several add up. */
export function Takes(terms: RouteTerms): MethodDecorator {
  return (target, name, descriptor: PropertyDescriptor) => {
    const handler = descriptor.value as object;
    const all = { ...(Reflect.getMetadata(TERMS, handler) as RouteTerms | undefined), ...terms };
    Reflect.defineMetadata(TERMS, all, handler);
    RouteConfig(all)(target, name, descriptor);
  };
}

/** The terms of the route that a request asks for. */
export function termsOf({ routeOptions }: FastifyRequest): RouteTerms {
  return (routeOptions.config ?? {}) as RouteTerms;
}

/** How many values the request may have. */
export function maxValuesOf(request: FastifyRequest): number {
  return termsOf(request).maxValues ?? MAX_VALUES;
}

/** Gives the routes that are registered from now on the body limits of their terms. */
export function applyBodyLimits(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    const { bodyLimit } = (route.config ?? {}) as RouteTerms;
    if (bodyLimit !== undefined) route.bodyLimit = bodyLimit;
  });
}
