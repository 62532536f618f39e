import { statfs } from 'node:fs/promises';
import { gauge } from './gauge.js';

/** Measures the disk of a directory that this process writes to. `name` is its label. */
export function measureDisk(name: string, path: string): void {
  gauge(
    'till_disk_free_ratio',
    'Free part (0 to 1) of the disk of a directory that the process writes to.',
    ['directory'],
    async (set) => {
      const { bavail, blocks } = await statfs(path);
      set({ directory: name }, blocks === 0 ? 1 : bavail / blocks);
    },
    'min',
    name,
  );
}
