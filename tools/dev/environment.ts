import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { isLoopback } from '../../src/platform/config/server-url.js';
import { inHome } from '../servers/paths.js';
import { setting } from '../servers/setting.js';
import { choosePort } from './port-choice.js';

/** Where api and worker listen, and the address that clients on this machine use. */
export interface Addresses {
  readonly host: string;
  readonly apiPort: number;
  readonly workerPort: number;
  /** The api's port for health and metrics, where the caller asks for one; otherwise they are on its only port. */
  readonly adminPort: number | undefined;
  readonly baseUrl: string;
  /** Where the api serves health and metrics. */
  readonly adminUrl: string;
  readonly workerUrl: string;
  /** Of this start alone: what answers with another one is somebody else's. */
  readonly instanceId: string;
}

export async function chooseAddresses(): Promise<Addresses> {
  const host = process.env['HTTP_HOST'] || '127.0.0.1';
  const { PORT, WORKER_PORT, ADMIN_PORT } = process.env;
  const apiPort = await choosePort({
    variable: 'PORT',
    wanted: PORT,
    preferred: 3000,
    host,
    except: [WORKER_PORT, ADMIN_PORT].filter((it) => it !== PORT).map(Number),
  });
  const worker = { variable: 'WORKER_PORT', wanted: WORKER_PORT, preferred: 3001, host };
  const workerPort = await choosePort({ ...worker, except: [apiPort, Number(ADMIN_PORT)] });
  const adminPort = await chooseAdminPort(ADMIN_PORT, host, [apiPort, workerPort]);
  const local = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host;
  const url = (port: number) => `http://${local.includes(':') ? `[${local}]` : local}:${port}`;
  const urls = { baseUrl: url(apiPort), adminUrl: url(adminPort ?? apiPort), workerUrl: url(workerPort) };
  return { host, apiPort, adminPort, workerPort, ...urls, instanceId: randomUUID() };
}

/** Undefined where the caller asks for none, or for the port of the clients. */
async function chooseAdminPort(wanted: string | undefined, host: string, taken: readonly number[]) {
  if (!wanted || Number(wanted) === taken[0]) return undefined;
  return await choosePort({ variable: 'ADMIN_PORT', wanted, preferred: 9464, host, except: taken });
}

/** The configuration of api and worker: what the caller set wins over what suits a demo on one machine. */
export function environment(addresses: Addresses, databaseUrl: string, redisUrl: string): NodeJS.ProcessEnv {
  return {
    RATE_LIMIT_SCALE: '1000',
    PUBLIC_URL: addresses.baseUrl,
    MAIL_DIRECTORY: inHome('mail'),
    ...signingKey(inHome('jwt-private-key.pem')),
    ...webhookSecret(addresses.host, inHome('sandbox-webhook-secret')),
    ...process.env,
    // Whatever the caller's shell says: the demo's logins have public passwords.
    NODE_ENV: 'development',
    HTTP_HOST: addresses.host,
    ADMIN_HOST: addresses.host,
    INSTANCE_ID: addresses.instanceId,
    PORT: String(addresses.apiPort),
    WORKER_PORT: String(addresses.workerPort),
    ADMIN_PORT: String(addresses.adminPort ?? addresses.apiPort),
    ...(setting('DATABASE_URL') === undefined && { DATABASE_URL: databaseUrl }),
    ...(setting('REDIS_URL') === undefined && { REDIS_URL: redisUrl }),
  };
}

/** A key of this clone's own, made once, so that tokens outlive a restart (ES256, RFC 7518 section 3.4). */
function signingKey(file: string): NodeJS.ProcessEnv {
  if (setting('JWT_PRIVATE_KEY') !== undefined) return {};
  if (!existsSync(file)) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  }
  return { JWT_PRIVATE_KEY_FILE: file };
}

/** The built-in secret is public, so it is refused where other machines can reach the api. */
function webhookSecret(host: string, file: string): NodeJS.ProcessEnv {
  if (isLoopback(host) || setting('SANDBOX_WEBHOOK_SECRETS') !== undefined) return {};
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600 });
  return { SANDBOX_WEBHOOK_SECRETS_FILE: file };
}
