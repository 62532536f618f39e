export { Config, InvalidConfig, loadConfig } from './config.js';
export { ConfigModule } from './config.module.js';
