import { statfs } from 'node:fs/promises';

const MIB = 1024 * 1024;
/** Less than this, in MiB, and PostgreSQL can't start: a file of its log takes 16, and recovery writes more besides. */
const NEEDED = 32;
/** So much more, in MiB, before the disk counts as having room again. */
const RESERVE = 32;
const EVERY_MS = 2000;

/** The MiB that this user may still write to the disk with the directory. */
export async function freeMebibytes(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return Math.floor((bavail * bsize) / MIB);
}

/** Why PostgreSQL can't start on the disk with the directory; undefined when it has room. */
export async function lackOfRoom(directory: string): Promise<string | undefined> {
  const free = await freeMebibytes(directory);
  if (free >= NEEDED) return undefined;
  return `The disk with ${directory} has ${free} MiB left: make room for at least ${NEEDED} MiB, and it starts by itself.`;
}

export interface DiskWatch {
  readonly directory: string;
  readonly say: (text: string) => void;
  /** `freeMebibytes` of the directory. */
  readonly free: () => Promise<number>;
}

/** Says once that the disk is nearly full, and once that it has room again; returns how to end it. */
export function watchDisk({ directory, say, free }: DiskWatch, everyMs = EVERY_MS): () => void {
  let isFull = false;
  const look = async (): Promise<void> => {
    const left = await free();
    if (!isFull && left < NEEDED) {
      say(
        `The disk with ${directory} is nearly full (${left} MiB left). What can't be written is refused (503) and not lost: make room, and all goes on by itself.`,
      );
    }
    if (isFull && left >= NEEDED + RESERVE) say(`The disk with ${directory} has room again (${left} MiB).`);
    isFull = isFull ? left < NEEDED + RESERVE : left < NEEDED;
  };
  const timer = setInterval(() => void look(), everyMs).unref();
  return () => clearInterval(timer);
}
