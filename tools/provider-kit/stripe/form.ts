import { invalidRequest } from './failure.js';

export type FormValue = string | Form;
export interface Form {
  readonly [name: string]: FormValue;
}

/** `a=1&b[c]=2&d[0]=3`, as Stripe's API takes its parameters, to nested objects; lists have their indices as names. */
export function parseForm(text: string): Form {
  const form: Record<string, FormValue> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const path = name.split(/[[\]]+/).filter((part) => part !== '');
    const last = path.pop()!;
    const parent = path.reduce<Record<string, FormValue>>(
      (at, part) => (at[part] ??= {}) as Record<string, FormValue>,
      form,
    );
    parent[last === '' ? String(Object.keys(parent).length) : last] = value;
  }
  return form;
}

/** The parameters of a request, each of which must be known to its endpoint. */
export class Params {
  constructor(
    private readonly form: Form,
    known: readonly string[],
  ) {
    const unknown = Object.keys(form).find((name) => !known.includes(name) && name !== 'expand');
    if (unknown !== undefined)
      throw invalidRequest(`Received unknown parameter: ${unknown}`, { code: 'parameter_unknown', param: unknown });
  }

  text(name: string): string | undefined {
    const value = this.form[name];
    if (typeof value === 'object') throw invalidRequest(`Invalid string: ${name}`, { param: name });
    return value;
  }

  required(name: string): string {
    const value = this.text(name);
    if (value) return value;
    throw invalidRequest(`Missing required param: ${name}.`, { code: 'parameter_missing', param: name });
  }

  integer(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (!/^-?\d+$/.test(value))
      throw invalidRequest(`Invalid integer: ${value}`, { code: 'parameter_invalid_integer', param: name });
    return Number(value);
  }

  nested(name: string): Form {
    const value = this.form[name] ?? {};
    if (typeof value === 'string') throw invalidRequest('Invalid object', { param: name });
    return value;
  }

  /** An empty value removes its name. */
  metadata(before: Readonly<Record<string, string>> = {}): Record<string, string> {
    const entries = Object.entries({ ...before, ...(this.nested('metadata') as Record<string, string>) });
    return Object.fromEntries(entries.filter(([, value]) => value !== ''));
  }
}
