export function assertNodeVersion(): void;
export function isAtLeast(version: string, wanted: string): boolean;
export function installDependencies(): Promise<void>;
export function areDependenciesInstalled(directory: string): boolean;
export function buildWhenStale(): Promise<void>;
export function problemOfPath(directory: string, command: 'start' | 'test'): string | undefined;
