/** Makes the secrets of compose.yaml in /var/lib/till (or the folder named by the argument) that are not there yet. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const folder = process.argv[2] ?? '/var/lib/till';
/** Whole, or not at all: an interrupted run leaves no half of a secret. */
const make = (name, value, mode = 0o600) => {
  const file = path.join(folder, name);
  if (!existsSync(file)) {
    writeFileSync(`${file}.new`, value(), { mode });
    renameSync(`${file}.new`, file);
  }
  return readFileSync(file, 'utf8');
};

mkdirSync(path.join(folder, 'mail'), { recursive: true });
const random = () => randomBytes(24).toString('hex');
// PostgreSQL, which runs as another user, reads this one too.
const password = make('database-password', random, 0o644);
make('database-url', () => `postgres://till:${password}@postgres:5432/till`);
make('admin-password', random);
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
make('encryption-keys', () => `till:${randomBytes(32).toString('base64')}`);
make('jwt-key.pem', () => privateKey.export({ type: 'pkcs8', format: 'pem' }));
