export { mayUseBuiltInSecrets, whereExposed } from './built-in-secrets.js';
export { Config } from './config.js';
export { ConfigModule } from './config.module.js';
export type { Address } from './listeners.js';
export { generalNames, generalSecrets, type GeneralVariables } from './general-variables.js';
export {
  type CommandSettings,
  InvalidConfig,
  loadDatabaseUrls,
  readCommandSettings,
  readConfig,
  readVariables,
  secretNames,
  variableNames,
} from './read-config.js';
export { DEFAULT_SHOP, inCluster, inSchema, isInCluster, isSlug, redisPrefixOf, schemaIn, schemaOf } from './shop.js';
export { isProduction, section } from './section.js';
export { isLoopback, serverUrl } from './server-url.js';
export type { TrustProxy } from './trust-proxy.js';
export { certificates, origins, quota, secretList, seconds, sendsInTheClear, url } from './variables.js';
