import { createCipheriv } from 'node:crypto';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { makeWav } from '../../../test/support/audio.js';
import { inLongWav } from '../../../test/support/lying-audio.js';
import type { AudioContainerName } from '../../domain/audio-container.js';
import { sniffContainer } from './sniff-container.js';

const fixture = (name: string): Buffer => readFileSync(`test/fixtures/audio/${name}`);
const sniff = (bytes: Buffer) => sniffContainer(bytes, bytes.length);

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=',
  'base64',
);
const EMPTY_ZIP = Buffer.from('504b0506000000000000000000000000000000000000', 'hex');

/** So many frames, of a header and nothing in them. */
function framesOf(header: string, frameBytes: number, count: number): Buffer {
  const frame = Buffer.alloc(frameBytes);
  frame.write(header, 'hex');
  return Buffer.concat([frame, frame, frame, frame]).subarray(0, frameBytes * count);
}

/** Packets of MPEG-TS, so far apart. */
function transportStream(strideBytes: number): Buffer {
  const packet = Buffer.alloc(strideBytes, 0xff);
  packet.write('47401110', strideBytes === 192 ? 4 : 0, 'hex');
  return Buffer.concat(Array<Buffer>(12).fill(packet));
}

function box(name: string, contentBytes: number, declaredBytes = contentBytes + 8): Buffer {
  const bytes = Buffer.alloc(contentBytes + 8);
  bytes.writeUInt32BE(declaredBytes, 0);
  bytes.write(name, 4, 'latin1');
  return bytes;
}

function boxes(...all: readonly (readonly [name: string, contentBytes: number])[]): Buffer {
  return Buffer.concat(all.map(([name, contentBytes]) => box(name, contentBytes)));
}

/** A tag of ID3v2 in front of the sound; one of version 2.4 may have a footer. */
function id3(contentBytes: number, hasFooter = false): Buffer {
  const tag = Buffer.alloc(contentBytes + (hasFooter ? 20 : 10));
  tag.write('ID3\x04\0', 0, 'latin1');
  tag.writeUInt8(hasFooter ? 0x10 : 0, 5);
  for (let at = 0; at < 4; at += 1) tag.writeUInt8((contentBytes >> (7 * (3 - at))) & 127, 6 + at);
  return tag;
}

/** An MP4 file whose one track holds something else. */
function withHandler(mp4: Buffer, handler: string): Buffer {
  const patched = Buffer.from(mp4);
  patched.write(handler, patched.indexOf('hdlr', 0, 'latin1') + 12, 'latin1');
  return patched;
}

/** A Matroska file whose one track holds something else. */
function withTrackType(matroska: Buffer, type: number): Buffer {
  const patched = Buffer.from(matroska);
  patched.writeUInt8(type, patched.indexOf(Buffer.from('838102', 'hex')) + 2);
  return patched;
}

describe('sniffContainer', () => {
  it.each<[string, AudioContainerName]>([
    ['speech.wav', 'wav'],
    ['cbr.mp3', 'mp3'],
    ['id3.mp3', 'mp3'],
    ['vbr-bare.mp3', 'mp3'],
    ['voice.m4a', 'm4a'],
    ['voice.mp4', 'mp4'],
    ['fragmented.mp4', 'mp4'],
    ['voice.mov', 'mov'],
    ['voice.3gp', '3gp'],
    ['voice.aac', 'aac'],
    ['voice.flac', 'flac'],
    ['opus.ogg', 'ogg'],
    ['vorbis.ogg', 'ogg'],
    ['live.webm', 'webm'],
    ['voice.mkv', 'mkv'],
    ['voice.aiff', 'aiff'],
    ['voice.caf', 'caf'],
  ])('knows %s in memory and on disk', async (name, container) => {
    expect(await sniff(fixture(name))).toEqual({ container });
    const descriptor = openSync(`test/fixtures/audio/${name}`, 'r');
    try {
      expect(await sniffContainer(descriptor, fixture(name).length)).toEqual({ container });
    } finally {
      closeSync(descriptor);
    }
  });

  it.each<[string, Buffer, AudioContainerName]>([
    ['MP3 that begins inside a frame', fixture('cbr.mp3').subarray(777), 'mp3'],
    ['MP3 after padding', Buffer.concat([Buffer.alloc(3000), fixture('vbr-bare.mp3')]), 'mp3'],
    ['AAC that begins inside a frame', fixture('voice.aac').subarray(100), 'aac'],
    [
      'MP3 of more than is searched',
      Buffer.concat([Buffer.alloc(3000), ...Array.from({ length: 60 }, () => fixture('cbr.mp3'))]),
      'mp3',
    ],
    ['RF64', inLongWav(makeWav({ durationSeconds: 0.1 }), 'RF64'), 'wav'],
    ['BW64', inLongWav(makeWav({ durationSeconds: 0.1 }), 'BW64'), 'wav'],
    ['Sony Wave64', inLongWav(makeWav({ durationSeconds: 0.1 }), 'W64'), 'wav'],
    ['RIFX', Buffer.from('RIFX\0\0\0\x24WAVEfmt '), 'wav'],
    ['AIFF-C', Buffer.from('FORM\0\0\0\x24AIFCFVER'), 'aiff'],
    ['Amiga 8SVX', Buffer.from('FORM\0\0\0\x248SVXVHDR'), '8svx'],
    ['AMR', Buffer.from('#!AMR\n\x3c\x08'), 'amr'],
    ['wide-band AMR', Buffer.from('#!AMR-WB\n\x3c\x08'), 'amr'],
    ['AMR of several channels', Buffer.from('#!AMR-WB_MC1.0\n\0\0\0\x02'), 'amr'],
    ['AU', Buffer.from('.snd\0\0\0\x18\0\0\0\0\0\0\0\x03'), 'au'],
    ['AU in the order of a PC', Buffer.from('dns.\x18\0\0\0\0\0\0\0\x03\0\0\0'), 'au'],
    ['AVI', Buffer.from('RIFF\0\0\0\x24AVI LIST'), 'avi'],
    ['QCELP', Buffer.from('RIFF\0\0\0\x24QLCMfmt '), 'qcp'],
    ['FLV', Buffer.from('FLV\x01\x05\0\0\0\x09\0\0\0\0'), 'flv'],
    ['WMA', Buffer.from('3026b2758e66cf11a6d900aa0062ce6c', 'hex'), 'asf'],
    ['WavPack', Buffer.from('wvpk\x24\0\0\0\x10\x04'), 'wv'],
    ["Monkey's Audio", Buffer.from('MAC \x96\x0f\0\0'), 'ape'],
    ['TTA', Buffer.from('TTA1\x01\0\x01\0\x10\0'), 'tta'],
    ['DSF', Buffer.from('DSD \x1c\0\0\0'), 'dsf'],
    ['a Creative Voice file', Buffer.from('Creative Voice File\x1a\x1a\0'), 'voc'],
    ['a dictation', Buffer.from('\x03dss\x01\0'), 'dss'],
    ['MXF', Buffer.from('060e2b34020501010d01020101020400', 'hex'), 'mxf'],
    ['ADIF', Buffer.from('ADIF\0\0\0\0'), 'aac'],
    ['AC-3', framesOf('0b7700000040', 128, 3), 'ac3'],
    ['E-AC-3', framesOf('0b77003f3480', 128, 3), 'eac3'],
    ['one AC-3 frame and a piece', framesOf('0b7700000040', 128, 1.5), 'ac3'],
    ['LATM', framesOf('56e010', 19, 4), 'latm'],
    ['MPEG-TS', transportStream(188), 'ts'],
    ['MPEG-TS with time stamps', transportStream(192), 'ts'],
    ['MPEG-TS with error correction', transportStream(204), 'ts'],
    ['MPEG-TS that begins inside a packet', transportStream(188).subarray(77), 'ts'],
    ['MPEG-PS that begins inside a packet', readFileSync('test/fixtures/media/ps-mpeg1.mpg').subarray(77), 'mpeg'],
    ['MPEG-PS', Buffer.from('000001ba44000400', 'hex'), 'mpeg'],
    ['QuickTime that begins with its moov', boxes(['moov', 100], ['mdat', 20]), 'mov'],
    ['QuickTime that begins with wide', boxes(['wide', 0], ['mdat', 20], ['moov', 100]), 'mov'],
    ['QuickTime that begins with its sound', boxes(['mdat', 20], ['moov', 100]), 'mov'],
    ['QuickTime whose sound goes on to the end', Buffer.concat([box('mdat', 30, 0), Buffer.alloc(9)]), 'mov'],
    ['MP4 with room in front', Buffer.concat([boxes(['free', 8]), fixture('voice.mp4')]), 'mp4'],
    ['a fragment of MP4', boxes(['styp', 8], ['moof', 50], ['mdat', 9]), 'mp4'],
    ['MP3 behind 15 MB of a picture', Buffer.concat([id3(15_000_000), fixture('cbr.mp3')]), 'mp3'],
    ['MP3 behind two tags', Buffer.concat([id3(100), id3(30, true), fixture('cbr.mp3')]), 'mp3'],
    ['FLAC behind a tag', Buffer.concat([id3(900), fixture('voice.flac')]), 'flac'],
    ['WAV behind a tag', Buffer.concat([id3(900), fixture('speech.wav')]), 'wav'],
    ['AAC behind a tag, as in live streams', Buffer.concat([id3(63), fixture('voice.aac')]), 'aac'],
    ['a tag and nothing else', id3(300), 'mp3'],
    ['a tag that goes beyond the end', id3(20_000_000).subarray(0, 5000), 'mp3'],
    ['MP3 behind padding behind a tag', Buffer.concat([id3(9), Buffer.alloc(3000), fixture('cbr.mp3')]), 'mp3'],
  ])('finds %s', async (_what, bytes, container) => {
    expect(await sniff(bytes)).toEqual({ container });
  });

  it.each<[string, Buffer, string]>([
    ['text', Buffer.from('Hello, this is not audio.'), 'text'],
    ['one letter', Buffer.from('x'), 'text'],
    ['text that is cut inside a character', Buffer.from('a'.repeat(1023) + 'é'.repeat(9)), 'text'],
    ['UTF-16 text', Buffer.from('\ufeffHello, this is not audio.'.repeat(9), 'utf16le'), 'text'],
    ['JSON', Buffer.from(' {"error": "not found"}'), 'JSON text'],
    ['HTML', Buffer.from('\n<!DOCTYPE html><title>Login</title>'), 'an HTML page'],
    ['a page without its head', Buffer.from('<?xml version="1.0"?>\n<html lang="en">'), 'an HTML page'],
    ['XML', Buffer.from('<?xml version="1.0"?>\n<error/>'), 'XML text'],
    [
      'a playlist',
      Buffer.from('#EXTM3U\n#EXTINF:10,\na.ts\n'),
      'a playlist (M3U), which names recordings and holds none',
    ],
    [
      'another playlist',
      Buffer.from('[playlist]\nFile1=http://x/y'),
      'a playlist (PLS), which names recordings and holds none',
    ],
    ['subtitles', Buffer.from('WEBVTT\n\n00:00.000 --> 00:01.000\nHello'), 'subtitles'],
    ['subtitles of SubRip', Buffer.from('1\r\n00:00:00,000 --> 00:00:01,000\r\nHello'), 'subtitles'],
    ['a torrent', Buffer.from('d8:announce35:udp://tracker.example:80'), 'a torrent'],
    ['MIDI', Buffer.from('MThd\0\0\0\x06\0\x01'), 'a MIDI file, which has notes and no sound'],
    ['PDF', Buffer.from('%PDF-1.4\n1 0 obj'), 'a PDF document'],
    ['PNG', PNG, 'an image (image/png)'],
    ['a picture of an iPhone', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic'), 'an image (image/heic)'],
    ['WebP', Buffer.from('RIFF\x24\0\0\0WEBPVP8 '), 'an image (image/webp)'],
    ['ZIP', EMPTY_ZIP, 'an archive (application/zip)'],
    ['gzip', Buffer.from('1f8b0800000000000003', 'hex'), 'an archive (application/gzip)'],
    ['a program', Buffer.from('7f454c4602010100', 'hex'), 'application/x-elf'],
    ['a stream of pictures alone', Buffer.from('000001b3140090', 'hex'), 'a video without sound'],
    ['a film of pictures alone', withHandler(fixture('voice.mp4'), 'vide'), 'a video without sound'],
    ['a film of pictures alone in Matroska', withTrackType(fixture('voice.mkv'), 1), 'a video without sound'],
    ['nothing but subtitles in Matroska', withTrackType(fixture('voice.mkv'), 0x11), 'a Matroska file without sound'],
    ['zeros', Buffer.alloc(50_000), 'data of unknown type'],
  ])('names %s', async (_what, bytes, found) => {
    expect(await sniff(bytes)).toEqual({ found });
  });

  it('does not take noise for audio', async () => {
    const noise = createCipheriv('aes-128-ctr', 'k'.repeat(16), 'i'.repeat(16)).update(Buffer.alloc(300_000));
    expect(await sniff(noise)).toEqual({ found: 'data of unknown type' });
  });

  it.each([
    ['letters that begin packets of MPEG-TS', Buffer.alloc(5000, 'G')],
    ['a sync word of AC-3 in text', Buffer.from('\x0bw, and then words '.repeat(40), 'latin1')],
    ['a million tags', Buffer.alloc(1_000_000, 'ID3\x03\0\0\0\0\0\0')],
    ['boxes without contents', Buffer.alloc(800_000, Buffer.from('\0\0\0\x08free'))],
  ])('does not take %s for audio', async (_what, bytes) => {
    expect(await sniff(bytes)).toHaveProperty('found');
  });
});
