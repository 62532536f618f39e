import { z } from 'zod';

/** The purpose of required variables, shown if one is missing. */
const purposes: Readonly<Record<string, string>> = {
  DATABASE_URL: 'the address of PostgreSQL, such as postgres://user:password@host:5432/till',
  REDIS_URL: 'the address of Redis, such as redis://user:password@host:6379',
};

/** Describes the problem of a variable, without its value, which may be a secret. */
export function inWords(name: string, { issues }: z.ZodError): string[] {
  return issues.map((issue) => `${name}: ${wordsFor(name, issue)}`);
}

function wordsFor(name: string, issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.expected === 'string') return purposes[name] ? `must be set: ${purposes[name]}` : 'must be set';
      return issue.expected === 'int' ? 'must be a whole number' : 'must be a number';
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.join(', ')}`;
    case 'too_small':
      return `must be ${issue.inclusive ? '' : 'more than '}${issue.minimum}${issue.inclusive ? ' or more' : ''}`;
    case 'too_big':
      return `must be ${issue.inclusive ? '' : 'less than '}${issue.maximum}${issue.inclusive ? ' at most' : ''}`;
    default:
      return issue.message;
  }
}
