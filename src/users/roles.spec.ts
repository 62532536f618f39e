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

  it('lets a caller with users:write alone grant what gives no permission', () =>
    expect(() => assertHoldsAllOf(holding(['users:write']), ['customer'])).not.toThrow());

  it.each<[Role[]]>([[['support']], [['catalog_manager']], [['customer', 'admin']]])(
    'keeps a caller with users:write alone from granting %j',
    (granted) => expect(() => assertHoldsAllOf(holding(['users:write']), granted)).toThrow(Forbidden),
  );
});
