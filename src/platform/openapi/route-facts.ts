import type { PipeTransform, Type } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer, Reflector } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  type Access,
  type SignInWindow,
  accessOf,
  isBeforeSecondFactor,
  needsRecentSignIn,
  needsVerifiedEmail,
} from '../access/index.js';
import { isConditional, prefixOfPipe, sendsETag } from '../http/index.js';
import { type IdempotencyOptions, idempotencyOf } from '../idempotency/index.js';
import { type RouteTerms, termsOfHandler } from '../routes/index.js';
import type { Placed } from './document.js';
import { type OperationDoc, operationDocOf } from './operation.decorator.js';

/** What the decorators of a handler say about it. */
export interface RouteFacts {
  /** `UsersController_list` */
  readonly name: string;
  readonly doc: OperationDoc | undefined;
  readonly access: Access | undefined;
  readonly needsRecentSignIn: SignInWindow | undefined;
  readonly needsVerifiedEmail: boolean;
  readonly isBeforeSecondFactor: boolean;
  readonly idempotency: IdempotencyOptions | undefined;
  readonly terms: RouteTerms;
  readonly sendsETag: boolean;
  readonly readsIfMatch: boolean;
  /** The prefixes of the ids in the path, by the names of their parameters. */
  readonly idPrefixes: Readonly<Record<string, string>>;
}

/** The name under which the description's generator hands a handler on. */
export const nameOf = (controller: string, method: string): string => `${controller}_${method}`;

type Place = Pick<Placed, 'method' | 'path'>;
type Controller = Type & { readonly prototype: Readonly<Record<string, () => unknown>> };

/** Returns what finds the facts of a handler by its name. */
export function factsOf(app: NestFastifyApplication): (name: string, place: Place) => RouteFacts | undefined {
  const modules = [...app.get(ModulesContainer).values()];
  const controllers = modules.flatMap((module) =>
    [...module.controllers.values()].map((it) => it.metatype as Controller),
  );
  const byName = new Map(controllers.map((controller) => [controller.name, controller]));
  return (name, { method: verb, path }) => {
    const [controllerName, method] = name.split('_') as [string, string];
    const controller = byName.get(controllerName);
    const facts = controller && readFacts(name, controller, method);
    return facts && { ...facts, sendsETag: facts.sendsETag || isConditional(verb, path) };
  };
}

const reflector = new Reflector();

function readFacts(name: string, controller: Controller, method: string): RouteFacts {
  const handler = controller.prototype[method]!;
  const given = argumentsOf(controller, method);
  const context = { getHandler: () => handler, getClass: <T>() => controller as unknown as Type<T> };
  return {
    name,
    doc: operationDocOf(handler),
    access: accessOf(reflector, context),
    needsRecentSignIn: needsRecentSignIn(reflector, context),
    needsVerifiedEmail: needsVerifiedEmail(reflector, context),
    isBeforeSecondFactor: isBeforeSecondFactor(reflector, context),
    idempotency: idempotencyOf(handler),
    terms: termsOfHandler(handler),
    sendsETag: sendsETag(handler),
    readsIfMatch: given.some(({ data }) => data === 'if-match'),
    idPrefixes: idPrefixesOf(given),
  };
}

interface Argument {
  readonly data?: unknown;
  readonly pipes?: readonly (Type<PipeTransform> | PipeTransform)[];
}

/** Nest keeps the arguments of a handler with their pipes on its controller. */
function argumentsOf(controller: Controller, method: string): Argument[] {
  const kept = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) as Record<string, Argument> | undefined;
  return Object.values(kept ?? {});
}

function idPrefixesOf(given: readonly Argument[]): Record<string, string> {
  const found = given.flatMap(({ data, pipes = [] }) => {
    const prefix = pipes.map((pipe) => prefixOfPipe(pipe)).find((it) => it !== undefined);
    return typeof data === 'string' && prefix !== undefined ? [[data, prefix] as const] : [];
  });
  return Object.fromEntries(found);
}
