import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ModuleRef, Reflector } from '@nestjs/core';
import { accessOf, assertMayCall, type Caller } from '../platform/access/index.js';
import { Config } from '../platform/config/index.js';
import { logFailure } from '../platform/database/index.js';
import { Logger } from '../platform/logging/index.js';
import { DomainError } from '../shared/errors.js';
import type { Asked, Engine, FieldResolvers } from './engine.js';
import type { FieldContext } from './field-context.js';
import { fieldOf } from './field.decorator.js';
import { FieldNeedsSignIn } from './graphql.errors.js';
import { graphqlSettings } from './graphql.settings.js';
import { FIELD_CLASSES } from './resolvers/index.js';
import { RequestLoaders } from './request-loaders.js';

type Method = (source: never, given: never, context: FieldContext) => unknown;

/** Answers queries. The library is loaded with the module, so only where GraphQL is on. */
@Injectable()
export class GraphqlService implements OnModuleInit {
  private engine: Engine<FieldContext> | undefined;

  constructor(
    private readonly modules: ModuleRef,
    private readonly reflector: Reflector,
    private readonly loaders: RequestLoaders,
    private readonly config: Config,
    private readonly logger: Logger,
  ) {}

  /** @throws Error for a field that does not say who may read it */
  async onModuleInit(): Promise<void> {
    const library = await import('./engine.js');
    const { introspection } = this.config.of(graphqlSettings);
    this.engine = new library.Engine(this.resolvers(), { introspection }, (error) => this.present(error));
  }

  /** Returns the answer to a query. @throws QueryRefused */
  run(asked: Asked, caller: Caller | undefined): Promise<object> {
    return this.engine!.run(asked, { caller, loaders: this.loaders.of(caller) });
  }

  private resolvers(): FieldResolvers<FieldContext> {
    const found = FIELD_CLASSES.flatMap((type) => {
      const instance = this.modules.get<object>(type);
      const methods = Object.getOwnPropertyNames(type.prototype).map(
        (name) => Reflect.get(type.prototype, name) as Method,
      );
      return methods.filter(fieldOf).map((method) => [fieldOf(method)!, this.guarded(instance, type, method)] as const);
    });
    return Object.fromEntries(found);
  }

  /** The method, for callers whom its declaration allows. */
  private guarded(instance: object, type: new (...args: never[]) => object, method: Method) {
    const access = accessOf(this.reflector, { getHandler: () => method, getClass: () => type as never });
    const field = fieldOf(method)!;
    if (!access) throw new Error(`${field} does not say who may read it.`);
    return (source: unknown, given: unknown, context: FieldContext): unknown => {
      if (access.kind !== 'public') {
        if (!context.caller) throw new FieldNeedsSignIn(field);
        assertMayCall(context.caller, access);
      }
      return method.call(instance, source as never, given as never, context);
    };
  }

  private present(error: unknown): { message: string; code: string } {
    if (error instanceof DomainError) return { message: error.message, code: error.code };
    logFailure(this.logger, 'a field could not be read', error);
    return { message: 'Something went wrong in Till.', code: 'internal_error' };
  }
}
