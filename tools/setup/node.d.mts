export function assertNodeVersion(): void;
export function isAtLeast(version: string, wanted: string): boolean;
export function continueOnSupportedNode(): Promise<void>;
export function nodeBinary(own?: string): Promise<string>;
