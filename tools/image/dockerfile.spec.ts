import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const lines = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../${name}`, import.meta.url)), 'utf8')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

/** Names of variables that hold secrets. */
const SECRET = /(PASSWORD|SECRETS?|TOKEN|KEY|IDENTITY|HEADERS|CREDENTIALS?|_URL)\b/;

const copied = (from: readonly string[]) => from.filter((step) => /^(COPY|ADD) /.test(step));

describe('No secret of the machine that builds the image reaches a layer:', () => {
  const steps = lines('Dockerfile');
  const last = steps.slice(steps.findLastIndex((step) => step.startsWith('FROM ')));

  it('the build reads what is named, and nothing else of the clone', () => {
    const [first, ...rest] = lines('.dockerignore');
    expect(first).toBe('*');
    const named = rest.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    expect(named.filter((name) => /[*?]|\.env|\.pem|\.key|^\.|^data|^k8s|^deploy/.test(name))).toEqual([]);
    const sources = copied(steps)
      .filter((step) => !step.includes('--from='))
      .flatMap((step) => step.split(' ').slice(1, -1));
    expect([...new Set(sources)].filter((source) => !named.includes(source))).toEqual([]);
  });

  it('the image has what tools/image/gather.mjs gathered, and no source', () => {
    expect(copied(last)).toEqual(['COPY --from=warm --chown=0:0 /app ./']);
  });

  it('no argument or variable of the build is a secret', () => {
    const named = steps
      .filter((step) => /^(ARG|ENV) /.test(step))
      .join(' ')
      .match(/\b[A-Z][A-Z_]+(?==)/g);
    expect(named).toEqual([
      'NODE_ENV',
      'NODE_OPTIONS',
      'MALLOC_ARENA_MAX',
      'NODE_COMPILE_CACHE',
      'VERSION',
      'REVISION',
      'SOURCE',
    ]);
    expect(named?.filter((name) => SECRET.test(name))).toEqual([]);
    expect(steps.filter((step) => step.startsWith('RUN ') && SECRET.test(step))).toEqual([]);
  });
});
