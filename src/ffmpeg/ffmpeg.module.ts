import { Module } from '@nestjs/common';
import { Ffmpeg } from './ffmpeg.js';

/** The program ffmpeg, where it is there. */
@Module({ providers: [Ffmpeg], exports: [Ffmpeg] })
export class FfmpegModule {}
