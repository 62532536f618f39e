import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { accessOf } from './access.decorator.js';

/** Set by Nest on every handler of a route. */
const METHOD = 'method';

/** Prevents the start of a process with a handler that says nothing about who may call it. */
@Injectable()
export class DeclaredAccess implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  /** @throws Error with the names of all handlers without a declaration */
  onModuleInit(): void {
    const silent = this.discovery
      .getControllers()
      .flatMap(({ metatype }) => this.silentOf(metatype as ControllerClass));
    if (silent.length === 0) return;
    throw new Error(
      `Each handler needs @RequirePermission(), @OwnOr(), @SignedIn() or @Public(), or its controller does. Without: ${silent.join(', ')}.`,
    );
  }

  private silentOf(controller: ControllerClass): string[] {
    const handlers = this.scanner
      .getAllMethodNames(controller.prototype)
      .map((name) => ({ name, handler: controller.prototype[name] as () => unknown }))
      .filter(({ handler }) => Reflect.hasMetadata(METHOD, handler));
    const declares = (handler: () => unknown) =>
      accessOf(this.reflector, { getHandler: () => handler, getClass: <T>() => controller as T });
    return handlers.filter(({ handler }) => !declares(handler)).map(({ name }) => `${controller.name}.${name}`);
  }
}

type ControllerClass = (new () => object) & { readonly prototype: Readonly<Record<string, unknown>> };
