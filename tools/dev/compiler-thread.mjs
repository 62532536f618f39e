/** Compiles a project, and again with each change, in a thread: it ends with the process and leaves it free for all else. */
import { parentPort, workerData } from 'node:worker_threads';
import ts from 'typescript';

const format = {
  getCurrentDirectory: () => process.cwd(),
  getCanonicalFileName: (name) => name,
  getNewLine: () => '\n',
};
const report = (diagnostic) =>
  parentPort.postMessage({ problem: ts.formatDiagnosticsWithColorAndContext([diagnostic], format) });
/** `errors` is undefined when a compilation begins. */
const onStatus = (_diagnostic, _newLine, _options, errors) => {
  if (errors !== undefined) parentPort.postMessage({ errors });
};
const makeProgram = ts.createEmitAndSemanticDiagnosticsBuilderProgram;
ts.createWatchProgram(ts.createWatchCompilerHost(workerData.project, {}, ts.sys, makeProgram, report, onStatus));
