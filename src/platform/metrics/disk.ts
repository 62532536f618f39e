import { statfs } from 'node:fs/promises';
import { gauge, type Measure } from './gauge.js';

const directories = new Map<string, string>();

/** Measures the disk of a directory that this process writes to. `name` is its label. */
export function measureDisk(name: string, directory: string): void {
  directories.set(name, directory);
  gauge(
    'till_disk_free_ratio',
    'Free part (0 to 1) of the disk of a directory that the process writes to.',
    ['directory'],
    measure,
  );
}

const measure: Measure = async (set) => {
  for (const [name, path] of directories) {
    const { bavail, blocks } = await statfs(path);
    set({ directory: name }, blocks === 0 ? 1 : bavail / blocks);
  }
};
