export interface Boundary {
  readonly name: string;
  readonly reason: string;
  readonly forbids: (from: string, to: string) => boolean;
}
export const boundaries: readonly Boundary[];
