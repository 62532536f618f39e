export { FileTransport } from './file-transport.js';
export { MailBounces } from './mail-bounces.js';
export { MailBouncesModule } from './mail-bounces.module.js';
export { mailDirectoryOf } from './mail.settings.js';
export { MailTransport } from './mail-transport.js';
export { NotificationsWorkerModule } from './notifications.worker.module.js';
export { SmtpUtf8 } from './smtp-utf8.js';
