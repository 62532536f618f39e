export { channelOf, listenerOf } from './listener.js';
export { isDemoted, lasting, logOutages } from './outages.js';
export { RedisModule } from './redis.module.js';
export { openRedis, type RedisSettings } from './open-redis.js';
export { assertRedisAccepts, type RedisProblem, redisProblem } from './redis-problem.js';
export { removeKeys } from './remove-keys.js';
