export { lackOfOpenFiles, openFileLimit } from './open-files.js';
export { CommandRefused, interruptible, runProcess } from './run-process.js';
export { runCommand } from './run-command.js';
export { serve } from './serve.js';
