export { ApiKeyAccess } from './api-key-access.js';
export { ApiKeysModule } from './api-keys.module.js';
export { ApiKeyRefused } from './api-keys.errors.js';
