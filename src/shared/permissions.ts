/** All permissions, with what each allows. Customers need none of them for their own resources. */
const described = {
  'orders:read': "Read everybody's orders, fulfilments and timelines",
  'orders:write': 'Place orders for customers, beyond the quotas of unpaid orders, and cancel them',
  'orders:fulfill': 'Ship orders',
  'orders:message': 'Write to customers about their orders',
  'orders:override_price': 'Set the unit prices and the charges of an order',
  'orders:discount': 'Take discounts off an order by hand, with a reason',
  'orders:override_dispute': 'Ship an order whose payment is disputed',
  'payments:read': "Read everybody's payments, refunds and disputes",
  'payments:write': 'Pay for the orders of customers',
  'payments:capture': 'Choose when a payment is captured; capture and void authorizations',
  'payments:refund': 'Refund captured money',
  'approvals:decide': 'Approve or reject the large refunds of others',
  'ledger:read': 'Read the ledger, the proof, reconciliations and store credit',
  'ledger:write': 'Post to the ledger, reverse transactions, resolve differences, grant and move store credit',
  'reports:read': 'Read the reports of sales, customers and activity, and export rows that its holder may read',
  'catalog:write': 'Make, change and archive products; read archived ones',
  'stock:read': 'Read the journal of stock',
  'stock:adjust': 'Adjust stock',
  'tax:read': 'Read tax rates',
  'tax_statuses:read': "Read everybody's VAT ids and exemptions",
  'tax_statuses:write': 'Exempt customers from tax, and name and confirm their VAT ids',
  'promotions:read': 'Read promotions and coupons, with what was taken of them',
  'promotions:write': 'Make, change and archive promotions and coupons',
  'shipping:write': 'Make, change and archive shipping methods',
  'users:read': "Read everybody's accounts",
  'users:write': 'Make, change, disable and enable accounts, and give them roles',
  'users:export': 'Read everything that is stored about a person, in one document',
  'users:erase': 'Erase the personal data of a person, for good',
  'roles:write': 'Make, change and delete roles made of permissions',
  'api_keys:write': 'Make, list, rotate and revoke API keys',
  'audit:read': 'Read the audit log',
  'events:read': 'Read events',
  'dead_letters:write': 'List events whose effect was given up, and try them again',
  'webhooks:write': 'Make, change and delete webhook endpoints, and repeat deliveries',
} as const;
export type Permission = keyof typeof described;

/** All permissions, in the order of the table. */
export const permissions = Object.keys(described) as readonly Permission[];

/** The built-in roles. */
export const roles = ['customer', 'support', 'catalog_manager', 'finance', 'admin'] as const;
export type Role = (typeof roles)[number];

export function isRole(text: string): text is Role {
  return (roles as readonly string[]).includes(text);
}

/** What people of each built-in role do. */
export const roleDescriptions: Readonly<Record<Role, string>> = {
  customer: 'Buys, and reaches only what is theirs',
  support: 'Helps customers with orders and payments',
  catalog_manager: 'Keeps products and stock',
  finance: 'Refunds, and keeps the ledger',
  admin: 'May do everything',
};

/** The one table that says what a built-in role may do. Guards ask for permissions, never for roles. */
const granted: Readonly<Record<Role, readonly Permission[]>> = {
  customer: [],
  support: [
    'orders:read',
    'orders:write',
    'orders:fulfill',
    'orders:message',
    'payments:read',
    'payments:write',
    'payments:capture',
    'stock:read',
    'tax:read',
    'tax_statuses:read',
    'promotions:read',
    'users:read',
    'events:read',
  ],
  catalog_manager: [
    'catalog:write',
    'stock:read',
    'stock:adjust',
    'tax:read',
    'promotions:read',
    'promotions:write',
    'shipping:write',
  ],
  finance: [
    'orders:read',
    'payments:read',
    'payments:capture',
    'payments:refund',
    'approvals:decide',
    'ledger:read',
    'ledger:write',
    'reports:read',
    'tax:read',
    'tax_statuses:read',
    'tax_statuses:write',
    'promotions:read',
    'events:read',
  ],
  admin: permissions,
};

/** The union of what the built-in roles among these allow. */
export function permissionsOf(held: readonly string[]): ReadonlySet<Permission> {
  return new Set(held.flatMap((role) => (isRole(role) ? granted[role] : [])));
}

/** The built-in roles that have a permission, in the order of the table. */
export function rolesWith(permission: Permission): Role[] {
  return roles.filter((role) => granted[role].includes(permission));
}

/** A permission, with what it allows. */
export interface PermissionDoc {
  readonly name: Permission;
  readonly description: string;
}

/** All permissions, with what each allows. */
export const permissionDocs: readonly PermissionDoc[] = permissions.map((name) => ({
  name,
  description: described[name],
}));
