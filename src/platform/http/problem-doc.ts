/** The page of a problem. */
export interface ProblemDoc {
  readonly title: string;
  readonly help: string;
  /** The HTTP status; 409 when absent. */
  readonly status?: number;
}

/** By code. */
export type ProblemDocs = Readonly<Record<string, ProblemDoc>>;
