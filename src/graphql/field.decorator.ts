import { SetMetadata } from '@nestjs/common';

const FIELD = Symbol('field');

/** Marks a method that reads a field of the schema, such as `Query.orders`. Who may read it, a decorator of access says, as of a route. */
export const Field = (name: `${string}.${string}`): MethodDecorator => SetMetadata(FIELD, name);

/** Returns the field that a method reads. */
export const fieldOf = (method: object): string | undefined => Reflect.getMetadata(FIELD, method) as string | undefined;
