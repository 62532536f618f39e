/** What may import what, for the boundaries. Each list names everything that its owner may import, near and far. */

/** The modules of src. */
export const modules = {
  backup: [],
  users: [],
  'api-keys': ['users'],
  auth: ['users', 'api-keys'],
  catalog: [],
  tax: [],
  promotions: ['tax'],
  shipping: [],
  orders: ['catalog', 'tax', 'promotions', 'shipping'],
  ledger: [],
  payments: ['orders', 'ledger', 'catalog', 'tax', 'promotions', 'shipping'],
  checkout: ['orders', 'payments', 'tax', 'promotions', 'shipping'],
  notifications: ['users', 'auth', 'catalog', 'orders', 'payments', 'ledger'],
  privacy: ['users', 'auth', 'api-keys', 'catalog', 'orders', 'payments', 'ledger', 'notifications'],
  'webhook-endpoints': ['users'],
  search: ['users', 'catalog', 'orders', 'payments'],
  live: ['users', 'api-keys', 'auth', 'orders'],
  'order-messages': ['users', 'catalog', 'orders'],
  reports: ['users', 'catalog', 'orders', 'payments', 'ledger'],
  exports: ['users', 'reports'],
  graphql: ['users', 'catalog', 'orders', 'payments', 'ledger'],
  timeline: ['users', 'auth', 'catalog', 'orders', 'payments', 'ledger'],
};

/** The rooms of src/payments, from the rules up. */
export const rooms = {
  domain: [],
  providers: ['domain'],
  attempts: ['domain', 'providers'],
  intents: ['domain', 'providers', 'attempts'],
  captures: ['domain', 'providers', 'attempts', 'intents'],
  refunds: ['domain', 'providers', 'attempts', 'intents'],
  approvals: ['domain', 'providers', 'attempts', 'intents', 'refunds'],
  returns: ['domain', 'providers', 'attempts', 'captures'],
  disputes: ['domain', 'providers', 'attempts', 'intents'],
  webhooks: ['domain', 'providers', 'attempts', 'disputes'],
  reconciliation: ['domain', 'providers', 'attempts'],
};

/** What stands around src: it may import src as well. */
export const around = {
  'tools/setup': [],
  'tools/build': [],
  'tools/image': ['tools/build'],
  'tools/k8s': ['tools/servers'],
  'tools/lint': [],
  'tools/openapi': ['tools/setup', 'tools/servers'],
  'tools/sizes': [],
  'tools/terminal': [],
  'tools/servers': ['tools/setup'],
  'tools/dev': ['tools/setup', 'tools/servers', 'tools/build'],
  'tools/replay': ['tools/terminal'],
  'tools/provider-kit': ['tools/servers'],
  'tools/rolling-restart': ['tools/setup', 'tools/servers'],
  'tools/faults': ['tools/setup', 'tools/servers', 'test/support'],
  bench: ['tools/setup', 'tools/servers'],
  'test/releases': [],
  'test/support': ['tools/openapi', 'tools/setup', 'tools/servers'],
  'test/model': ['test/support'],
  'tools/torture': ['tools/setup', 'tools/terminal', 'test/model', 'test/support'],
  'test/integration': ['tools/provider-kit', 'tools/servers', 'tools/setup', 'test/support', 'test/releases'],
  'test/e2e': ['tools/openapi', 'tools/provider-kit', 'tools/replay', 'tools/servers', 'tools/setup', 'test/support'],
  'test/crash': ['tools/servers', 'tools/setup', 'test/support'],
};
