import { Module } from '@nestjs/common';
import { MailPreviewController } from './mail-preview.controller.js';

/** For the api, in development only. */
@Module({ controllers: [MailPreviewController] })
export class NotificationsApiModule {}
