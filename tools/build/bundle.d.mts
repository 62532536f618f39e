/** Bundles what is in the folder `dist`, in place. @throws Error where a package is missing, or loads others by a `require` of its own */
export function bundle(dist: string): Promise<void>;
