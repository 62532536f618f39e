import { type Finding, fine, problem } from './finding.js';

const about = 'file descriptors';
/** Every connection of a client takes one. */
const ENOUGH = 4096;

/** How many files and connections the process may have open. */
export function checkFileDescriptors(): Finding {
  const { userLimits } = process.report.getReport() as unknown as {
    readonly userLimits?: { readonly open_files?: { readonly soft: number | string } };
  };
  const limit = userLimits?.open_files?.soft;
  if (limit === undefined) return fine(about, 'this system has no limit that can be read');
  if (typeof limit === 'string' || limit >= ENOUGH) return fine(about, `${limit} may be open at once`);
  return problem(
    about,
    `only ${limit} may be open at once, and each connection takes one`,
    `Raise the limit to ${ENOUGH} or more (ulimit -n, LimitNOFILE).`,
  );
}
