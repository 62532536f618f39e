import { readFileSync } from 'node:fs';

/** A setting from NAME or, as the configuration allows for secrets, from the file that NAME_FILE names. */
export function setting(name: string): string | undefined {
  const file = process.env[`${name}_FILE`];
  return process.env[name] || (file ? readFileSync(file, 'utf8').trim() : undefined);
}
