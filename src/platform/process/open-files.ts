/** How many files and connections a process should be able to have open: each client takes one. */
const ENOUGH_OPEN_FILES = 4096;

/** How many files and connections this process may have open at once; `undefined` where there is no limit, or none that can be read. */
export function openFileLimit(): number | undefined {
  const report = process.report as NodeJS.ProcessReport & { excludeNetwork?: boolean }; // since Node 20.13
  const { excludeNetwork = false } = report;
  report.excludeNetwork = true; // it would look up the name of every peer
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

/** What is wrong with the limit and what to do; `undefined` when it is high enough. */
export function lackOfOpenFiles(): { readonly what: string; readonly remedy: string } | undefined {
  const limit = openFileLimit();
  if (limit === undefined || limit >= ENOUGH_OPEN_FILES) return undefined;
  return {
    what: `only ${limit} files and connections may be open at once, and each client takes one`,
    remedy: `Raise the limit to ${ENOUGH_OPEN_FILES} or more (ulimit -n, LimitNOFILE).`,
  };
}
