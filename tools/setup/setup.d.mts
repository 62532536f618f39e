export function installDependencies(): Promise<void>;
export function areDependenciesInstalled(directory: string): boolean;
export function buildWhenStale(): Promise<void>;
export function problemOfPath(directory: string, command: 'start' | 'test'): string | undefined;
