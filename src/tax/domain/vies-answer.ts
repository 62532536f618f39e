/** What VIES said about a VAT id: an answer, which is evidence, or why there is none yet. */
export type ViesAnswer =
  | { readonly valid: boolean; readonly consultationNumber: string | null; readonly answer: object }
  | { readonly unanswered: string };

/** What was asked about: VIES names states by the prefix of their VAT ids. */
export interface ViesNumber {
  readonly countryCode: string;
  readonly vatNumber: string;
}

/** Codes that say something about the number; all others say something about VIES, a member state or the shop. */
const ABOUT_THE_NUMBER: ReadonlySet<string> = new Set(['VALID', 'INVALID', 'INVALID_INPUT']);
const CODE = /^[A-Z][A-Z0-9_]{0,99}$/;

/**
 * Reads the body of a response of `POST /check-vat-number` (https://ec.europa.eu/taxation_customs/vies/#/technical-information). A fault
 * comes as `errorWrappers`, or as `userError` beside `valid: false`: that is no answer. What is about another number, or has no verdict, is
 * none either.
 */
export function viesAnswerOf(body: unknown, asked: ViesNumber): ViesAnswer {
  const answer = objectOf(body);
  const code = codeIn(answer);
  if (code === 'INVALID_INPUT') return { valid: false, consultationNumber: null, answer };
  if (code !== undefined && !ABOUT_THE_NUMBER.has(code)) return { unanswered: code };
  const { valid, countryCode, vatNumber, requestIdentifier } = answer as Readonly<Record<string, unknown>>;
  if (typeof valid !== 'boolean') return { unanswered: 'NO_VERDICT' };
  if (countryCode !== asked.countryCode || vatNumber !== asked.vatNumber) return { unanswered: 'ANOTHER_NUMBER' };
  return { valid, consultationNumber: numberIn(requestIdentifier), answer };
}

function codeIn(answer: object): string | undefined {
  const { userError, errorWrappers } = answer as { userError?: unknown; errorWrappers?: unknown };
  const [first] = Array.isArray(errorWrappers) ? (errorWrappers as unknown[]) : [];
  const code = (objectOf(first) as { error?: unknown }).error ?? userError;
  if (code === undefined || code === null || code === '') return undefined;
  return typeof code === 'string' && CODE.test(code) ? code : 'UNKNOWN_CODE';
}

const objectOf = (value: unknown): object =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};

const numberIn = (value: unknown): string | null =>
  typeof value === 'string' && value.length > 0 && value.length <= 100 ? value : null;
