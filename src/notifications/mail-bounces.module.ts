import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MailBounceEntity } from './mail-bounce.entity.js';
import { MailBounces } from './mail-bounces.js';

@Module({ imports: [TypeOrmModule.forFeature([MailBounceEntity])], providers: [MailBounces], exports: [MailBounces] })
export class MailBouncesModule {}
