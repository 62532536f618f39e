export function tryLock(file: string): { release: () => void } | { heldBy: number };
export function waitForLock(file: string, onWait?: (pid: number) => void): Promise<{ release: () => void }>;
export function isAlive(identity: string): boolean;
export function identityOf(pid: number): string | undefined;
