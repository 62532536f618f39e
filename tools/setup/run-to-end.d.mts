export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}
export function runToEnd(command: string, args: readonly string[], options?: RunOptions): Promise<string>;
