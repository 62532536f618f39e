import { readFileSync } from 'node:fs';
import { ReplayFailure } from './failure.js';

export interface Target {
  readonly baseUrl: string;
  readonly email: string;
  readonly password: string;
}

interface Demo {
  readonly baseUrl: string;
  readonly logins: readonly { readonly role: string; readonly email: string; readonly password: string }[];
}

const demoFile = new URL('../../.till/demo.json', import.meta.url);

/** Where to play and as whom: what the flags say, and for the rest the server that `npm start` last brought up. */
export function findTarget(flags: Partial<Target>): Target {
  const { baseUrl, email, password } = flags;
  if (baseUrl !== undefined && !URL.canParse(baseUrl)) throw new ReplayFailure(`--base-url ${baseUrl} is no URL.`);
  if (baseUrl && email && password) return { baseUrl, email, password };
  if ((email === undefined) !== (password === undefined)) throw new ReplayFailure('Give both --email and --password.');
  const demo = readDemo();
  const admin = demo.logins.find((login) => login.role === 'admin');
  if (!admin && !email) throw new ReplayFailure('.till/demo.json names no admin: give --email and --password.');
  return { baseUrl: demo.baseUrl, ...admin, ...flags } as Target;
}

function readDemo(): Demo {
  try {
    return JSON.parse(readFileSync(demoFile, 'utf8')) as Demo;
  } catch {
    throw new ReplayFailure(
      'No server is known: .till/demo.json is missing or unreadable. ' +
        'Start one with npm start, or give --base-url, --email and --password.',
    );
  }
}
