import type { ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';

/** What names a handler and its controller. */
export type HandlerContext = Pick<ExecutionContext, 'getHandler' | 'getClass'>;

/**
 * Makes `read`, which reads what decorators declare for a handler, do so once for each handler: a declaration never changes, and
 * `Reflect` searches the prototypes of handler and controller for it each time.
 */
export function remembered<T>(read: (reflector: Reflector, context: HandlerContext) => T) {
  const known = new WeakMap<object, Map<unknown, T>>();
  return (reflector: Reflector, context: HandlerContext): T => {
    const [controller, handler] = [context.getClass(), context.getHandler()];
    let ofController = known.get(controller);
    if (!ofController) known.set(controller, (ofController = new Map<unknown, T>()));
    if (!ofController.has(handler)) ofController.set(handler, read(reflector, context));
    return ofController.get(handler) as T;
  };
}
