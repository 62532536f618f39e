import { generalNames, generalSecrets } from '../config/index.js';

export type Variables = Readonly<Record<string, string | undefined>>;

/** What a shop has of its own even where the process has one. */
const OWN = new Set(['SHOP', 'PUBLIC_URL', 'CORS_ORIGINS', 'DATABASE_POOL_SIZE']);

/** What a shop has from the process: variables that belong to no module. What it gives itself, as a value or by a file, it does not inherit in the other way. */
export function inherited(process: Variables, own: Variables): Variables {
  const given = new Set(Object.keys(own).map(withoutFile));
  const names = generalNames.filter((name) => !OWN.has(name));
  const files = generalSecrets.map((name) => `${name}_FILE`);
  const taken = [...names, ...files].filter((name) => !given.has(withoutFile(name)));
  return Object.fromEntries(taken.map((name) => [name, process[name]]));
}

function withoutFile(name: string): string {
  return name.replace(/_FILE$/, '');
}
