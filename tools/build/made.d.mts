/** Writes into `dist/made` what each start would compute again. */
export function makeInAdvance(dist: string): Promise<void>;
