export { Config, InvalidConfig, loadConfig, loadDatabaseUrl, readVariables, type Variables } from './config.js';
export { isLoopback } from './server-url.js';
export type { TrustProxy } from './trust-proxy.js';
export { ConfigModule } from './config.module.js';
