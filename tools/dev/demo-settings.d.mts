export function demoSettings(
  demo: { readonly databaseUrl: string; readonly redisUrl: string } | undefined,
  environment: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv;
