import { SetMetadata } from '@nestjs/common';

/** How the API's description explains an operation. */
export interface OperationDoc {
  /** The operation's name in generated clients; no other operation has it. */
  readonly id: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** What a caller needs to know beyond the summary, in Markdown. */
  readonly description?: string;
  /** Codes of problems that only the rules of this operation give. Codes of guards and interceptors follow from the other decorators. */
  readonly refuses?: readonly string[];
}

const DOC = Symbol('operation');

/** Explains a handler in the API's description: `@Operation('listUsers', 'List users', { refuses: ['...'] })`. */
export const Operation = (id: string, summary: string, more: Pick<OperationDoc, 'description' | 'refuses'> = {}) =>
  SetMetadata(DOC, { id, summary, ...more } satisfies OperationDoc);

/** Returns what `@Operation` says of a handler. */
export function operationDocOf(handler: object): OperationDoc | undefined {
  return Reflect.getMetadata(DOC, handler) as OperationDoc | undefined;
}
