export { FileTransport } from './file-transport.js';
