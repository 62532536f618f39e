/** Bundles what is in the folder `dist`, in place. @throws Error where a package is missing, or loads others by a `require` of its own */
export function bundle(dist: string): Promise<void>;

/** The packages that must be installed where the bundle runs. */
export const INSTALLED: readonly string[];

/** The name of the file in `dist` that lists the files of the bundle, and the folders of the packages whose code is in them. */
export const CONTENT: string;
