import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { CommandRefused } from '../platform/process/index.js';
import { DUMP, MANIFEST, type Manifest, manifestSchema } from './manifest.js';

/** What an interrupted backup leaves behind. */
const PARTIAL = '.partial';
/** A backup that runs writes all the time, so a file that nothing wrote to for an hour is left over. */
const LEFT_OVER_MS = 3_600_000;

/** The folder that holds the backups of one database, two files each: the encrypted dump and its manifest. */
export class BackupFolder {
  constructor(readonly directory: string) {}

  dumpOf(name: string): string {
    return path.join(this.directory, `${name}${DUMP}`);
  }

  partialOf(name: string): string {
    return `${this.dumpOf(name)}${PARTIAL}`;
  }

  /** Makes a written dump and its manifest a backup. The manifest comes last: without one there is no backup. */
  async keep(manifest: Manifest): Promise<void> {
    const file = this.manifestOf(manifest.name);
    const text = await open(`${file}${PARTIAL}`, 'w', 0o600);
    await text.writeFile(`${JSON.stringify(manifest, undefined, 2)}\n`);
    await text.sync();
    await text.close();
    await rename(this.partialOf(manifest.name), this.dumpOf(manifest.name));
    await rename(`${file}${PARTIAL}`, file);
    const directory = await open(this.directory);
    await directory.sync();
    await directory.close();
  }

  /** The backups, newest first. Passes over a manifest whose dump is gone. @throws CommandRefused for a folder that can't be read */
  async list(): Promise<Manifest[]> {
    const names = new Set(await this.files());
    const complete = [...names].filter(
      (name) => name.endsWith(MANIFEST) && names.has(`${name.slice(0, -MANIFEST.length)}${DUMP}`),
    );
    const manifests = await Promise.all(complete.map((name) => this.read(name.slice(0, -MANIFEST.length))));
    return manifests.toSorted((one, other) => Date.parse(other.finishedAt) - Date.parse(one.finishedAt));
  }

  /** The backup of this name, or the newest one for `latest`. @throws CommandRefused */
  async find(wanted: string): Promise<Manifest> {
    if (wanted !== 'latest') return this.read(path.basename(wanted).replace(/(\.dump\.age|\.json)$/, ''));
    const [newest] = await this.list();
    if (!newest) throw new CommandRefused(`There is no backup in ${this.directory}.`);
    return newest;
  }

  async remove({ name }: Pick<Manifest, 'name'>): Promise<void> {
    for (const file of [this.dumpOf(name), this.manifestOf(name)]) await rm(file, { force: true });
  }

  /** Removes what interrupted backups left behind. */
  async clean(now = Date.now()): Promise<void> {
    for (const name of await this.files()) {
      if (!name.endsWith(PARTIAL)) continue;
      const file = path.join(this.directory, name);
      const { mtimeMs } = await stat(file);
      if (now - mtimeMs > LEFT_OVER_MS) await rm(file, { force: true });
    }
  }

  private manifestOf(name: string): string {
    return path.join(this.directory, `${name}${MANIFEST}`);
  }

  private async read(name: string): Promise<Manifest> {
    const file = this.manifestOf(name);
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new CommandRefused(
        `The manifest ${file} can't be read (${error.code}). till backup list shows the backups.`,
      );
    });
    const parsed = manifestSchema.safeParse(jsonOf(text));
    if (!parsed.success) throw new CommandRefused(`${file} is no manifest of a backup that this version can read.`);
    return parsed.data;
  }

  private async files(): Promise<string[]> {
    const names = await readdir(this.directory).catch((error: NodeJS.ErrnoException) => {
      throw new CommandRefused(`The folder of the backups can't be read: ${this.directory} (${error.code}).`);
    });
    return names.filter((name) => name.startsWith('till-'));
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
