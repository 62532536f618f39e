import { describe, expect, it } from 'vitest';
import { type Permission, permissionsOf, type Role, roles } from '../platform/access/index.js';
import { Forbidden } from '../shared/errors.js';
import { newId } from '../shared/ids.js';
import { assertHoldsAllOf } from './roles.js';

const holding = (permissions: Iterable<Permission>) => ({ userId: newId<'usr'>(), permissions: new Set(permissions) });

describe('assertHoldsAllOf', () => {
  it.each(roles)('lets an administrator grant %s', (role) =>
    expect(() => assertHoldsAllOf(holding(permissionsOf(['admin'])), [role])).not.toThrow(),
  );

  it.each<[Role[], boolean]>([
    [['customer'], true],
    [['support'], false],
    [['customer', 'admin'], false],
  ])('lets a caller with users:write alone grant %j: %j', (granted, allowed) => {
    const grant = () => assertHoldsAllOf(holding(['users:write']), granted);
    if (allowed) expect(grant).not.toThrow();
    else expect(grant).toThrow(Forbidden);
  });
});
