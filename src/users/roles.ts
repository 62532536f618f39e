import { applyDecorators } from '@nestjs/common';
import { ArrayNotEmpty, ArrayUnique, IsArray, IsIn } from 'class-validator';
import { assertPermitted, type Caller, permissionsOf, type Role, roles } from '../platform/access/index.js';

/** Roles in a body: one or more, each once. */
export const Roles = (): PropertyDecorator =>
  applyDecorators(
    IsArray() as PropertyDecorator,
    ArrayNotEmpty() as PropertyDecorator,
    ArrayUnique() as PropertyDecorator,
    IsIn(roles, { each: true, message: `must each be one of ${roles.join(', ')}` }) as PropertyDecorator,
  ) as PropertyDecorator;

/**
 * Prevents privilege escalation: a caller who grants roles, or changes an account that has them, must hold every permission
 * of those roles. @throws Forbidden
 */
export function assertHoldsAllOf(caller: Caller, held: readonly Role[]): void {
  for (const permission of permissionsOf(held)) assertPermitted(caller, permission);
}
