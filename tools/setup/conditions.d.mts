export function assertOpenFiles(limit?: number): void;
export function assertWritable(name: string): void;
export const NOT_WRITABLE: string;
