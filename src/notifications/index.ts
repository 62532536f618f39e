export { FileTransport } from './file-transport.js';
export { SmtpUtf8 } from './smtp-utf8.js';
