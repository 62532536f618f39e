import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';

/**
 * Returns the seed of the random tests: another one for each commit, so that a failure of a commit can be played again. Where there is
 * no repository it is random.
 */
function seedOfCommit(): number {
  try {
    const commit = execFileSync('git', ['rev-parse', 'HEAD'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return Number.parseInt(commit.slice(0, 7), 16);
  } catch {
    return randomInt(2 ** 28);
  }
}

export const commitSeed = seedOfCommit();
