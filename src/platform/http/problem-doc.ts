/** The page of a problem. */
export interface ProblemDoc {
  readonly title: string;
  readonly help: string;
}

/** By code. */
export type ProblemDocs = Readonly<Record<string, ProblemDoc>>;
