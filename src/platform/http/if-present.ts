import { ValidateIf } from 'class-validator';

/**
 * A member that may be left out. Unlike `IsOptional` it does not let `null` through to columns that refuse it.
 * To take `null` as well, say so with `IsOptional`.
 */
export const IfPresent = (): PropertyDecorator => ValidateIf((_, value: unknown) => value !== undefined);
