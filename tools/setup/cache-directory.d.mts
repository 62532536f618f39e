export function cacheDirectory(): Promise<string>;
