export { logOutages, retryStrategy } from './outages.js';
export { RedisModule } from './redis.module.js';
