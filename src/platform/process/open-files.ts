/** How many files and connections a process should be able to have open: each client takes one. */
const ENOUGH_OPEN_FILES = 4096;

/** Returns how many files and connections this process may have open; `undefined` without a limit, or if it can't be read. */
export function openFileLimit(): number | undefined {
  const report = process.report as NodeJS.ProcessReport & { excludeNetwork?: boolean }; // since Node 20.13
  const { excludeNetwork = false } = report;
  report.excludeNetwork = true; // would look up the name of every peer
  try {
    const { userLimits } = report.getReport() as unknown as {
      readonly userLimits?: { readonly open_files?: { readonly soft: number | string } };
    };
    const limit = userLimits?.open_files?.soft;
    return typeof limit === 'number' ? limit : undefined;
  } finally {
    report.excludeNetwork = excludeNetwork;
  }
}

/** Returns the problem with the limit and what to do; `undefined` if the limit is high enough. */
export function lackOfOpenFiles(): { readonly what: string; readonly remedy: string } | undefined {
  const limit = openFileLimit();
  if (limit === undefined || limit >= ENOUGH_OPEN_FILES) return undefined;
  return {
    what: `only ${limit} files and connections may be open at once, and each client takes one`,
    remedy: `Raise the limit to ${ENOUGH_OPEN_FILES} or more (ulimit -n, LimitNOFILE).`,
  };
}
