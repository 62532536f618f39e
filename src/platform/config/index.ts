export { Config, InvalidConfig, loadConfig, loadDatabaseUrl } from './config.js';
export { ConfigModule } from './config.module.js';
