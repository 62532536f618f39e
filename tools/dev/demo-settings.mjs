/** What decides where a command works. Each may also come from a file. */
const SETTINGS = ['NODE_ENV', 'DATABASE_URL', 'DATABASE_URL_FILE', 'REDIS_URL', 'REDIS_URL_FILE'];

/**
 * The settings with which a command works on what `npm start` runs; none when nothing runs, or when the caller set any of them: a command for
 * another place must not reach the demo by a forgotten one.
 * @param {{ databaseUrl: string, redisUrl: string } | undefined} demo what `.till/demo.json` says
 * @param {NodeJS.ProcessEnv} environment
 * @returns {NodeJS.ProcessEnv}
 */
export function demoSettings(demo, environment) {
  if (demo === undefined || SETTINGS.some((name) => environment[name])) return {};
  return { NODE_ENV: 'development', DATABASE_URL: demo.databaseUrl, REDIS_URL: demo.redisUrl };
}
