/** All permissions. Customers need none of them for their own resources. */
export const permissions = [
  'orders:read',
  'orders:write',
  'orders:fulfill',
  'orders:override_price',
  'orders:override_dispute',
  'payments:read',
  'payments:write',
  'payments:capture',
  'payments:refund',
  'ledger:read',
  'ledger:write',
  'catalog:write',
  'stock:read',
  'stock:adjust',
  'users:read',
  'users:write',
  'events:read',
] as const;
export type Permission = (typeof permissions)[number];

export const roles = ['customer', 'support', 'catalog_manager', 'finance', 'admin'] as const;
export type Role = (typeof roles)[number];

export function isRole(text: string): text is Role {
  return (roles as readonly string[]).includes(text);
}

/** The one table that says what a role may do. Guards ask for permissions, never for roles. */
const granted: Readonly<Record<Role, readonly Permission[]>> = {
  customer: [],
  support: [
    'orders:read',
    'orders:write',
    'orders:fulfill',
    'payments:read',
    'payments:write',
    'payments:capture',
    'stock:read',
    'users:read',
    'events:read',
  ],
  catalog_manager: ['catalog:write', 'stock:read', 'stock:adjust'],
  finance: [
    'orders:read',
    'payments:read',
    'payments:capture',
    'payments:refund',
    'ledger:read',
    'ledger:write',
    'events:read',
  ],
  admin: permissions,
};

/** The union of what the roles allow. */
export function permissionsOf(held: readonly Role[]): ReadonlySet<Permission> {
  return new Set(held.flatMap((role) => granted[role] ?? []));
}
