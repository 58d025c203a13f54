import { bySox, dressed, encoded, piped } from '../recipe.js';

const wav = encoded('wav', {
  'u8.wav': '-c:a pcm_u8 -ar 8000',
  's16.wav': '-c:a pcm_s16le',
  's16-stereo.wav': '-c:a pcm_s16le -ar 44100 -ac 2',
  's24.wav': '-c:a pcm_s24le -ar 48000',
  's32.wav': '-c:a pcm_s32le',
  'f32.wav': '-c:a pcm_f32le -ac 2',
  'f64.wav': '-c:a pcm_f64le',
  '96k.wav': '-c:a pcm_s16le -ar 96000',
  'surround.wav': '-c:a pcm_s16le -ac 6',
  'alaw.wav': '-c:a pcm_alaw -ar 8000',
  'mulaw.wav': '-c:a pcm_mulaw -ar 8000',
  'adpcm-ms.wav': '-c:a adpcm_ms',
  'adpcm-ms-stereo.wav': '-c:a adpcm_ms -ac 2 -ar 22050',
  'adpcm-ima.wav': '-c:a adpcm_ima_wav',
  'adpcm-ima-stereo.wav': '-c:a adpcm_ima_wav -ac 2 -ar 44100',
  'adpcm-yamaha.wav': '-c:a adpcm_yamaha',
  'adpcm-swf.wav': '-c:a adpcm_swf -ar 22050',
  'g722.wav': '-c:a g722',
  'g726.wav': '-c:a g726 -ar 8000',
  'g726-16k.wav': '-c:a g726 -ar 8000 -b:a 16k',
  'g723.wav': '-c:a g723_1 -ar 8000 -b:a 6300',
  'gsm.wav': '-c:a libgsm_ms -ar 8000',
  'mp3.wav': '-c:a libmp3lame -b:a 48k',
  'mp2.wav': '-c:a mp2 -b:a 64k',
  'ac3.wav': '-c:a ac3 -ar 48000',
  'wma.wav': '-c:a wmav2 -b:a 48k',
  'wma-v1.wav': '-c:a wmav1 -ar 44100 -b:a 64k',
  'wma-stereo.wav': '-c:a wmav2 -ar 44100 -ac 2 -b:a 128k',
  'adpcm-swf-stereo.wav': '-c:a adpcm_swf -ar 44100 -ac 2',
  'flac.wav': '-c:a flac',
  'dts.wav': '-c:a dca -strict -2 -ar 48000 -b:a 256k',
  'bext.wav': '-c:a pcm_s16le -write_bext 1 -metadata description=interview',
  'list.wav': '-c:a pcm_s16le -metadata title=interview -metadata artist=somebody',
  'peak.wav': '-c:a pcm_s16le -write_peak on',
});

const aiff = encoded('aiff', {
  's16.aiff': '-c:a pcm_s16be',
  's16-stereo.aiff': '-c:a pcm_s16be -ac 2 -ar 44100',
  's8.aiff': '-c:a pcm_s8 -ar 8000',
  's24.aiff': '-c:a pcm_s24be -ar 48000',
  's32.aiff': '-c:a pcm_s32be',
  'id3.aiff': '-c:a pcm_s16be -write_id3v2 1 -metadata title=interview',
  'sowt.aifc': '-c:a pcm_s16le -f aiff',
  'f32.aifc': '-c:a pcm_f32be -f aiff',
  'f64.aifc': '-c:a pcm_f64be -f aiff',
  'alaw.aifc': '-c:a pcm_alaw -f aiff',
  'mulaw.aifc': '-c:a pcm_mulaw -f aiff',
  'ima4.aifc': '-c:a adpcm_ima_qt -f aiff',
  'ima4-stereo.aifc': '-c:a adpcm_ima_qt -ac 2 -f aiff',
});

const au = encoded('au', {
  's16.au': '-c:a pcm_s16be',
  's16-stereo.au': '-c:a pcm_s16be -ac 2 -ar 44100',
  's8.au': '-c:a pcm_s8',
  's24.au': '-c:a pcm_s24be',
  's32.au': '-c:a pcm_s32be',
  'f32.au': '-c:a pcm_f32be',
  'f64.au': '-c:a pcm_f64be',
  'alaw.au': '-c:a pcm_alaw -ar 8000',
  'mulaw.au': '-c:a pcm_mulaw -ar 8000',
  'g722.au': '-c:a g722',
  'g726.au': '-c:a g726le -ar 8000',
  'title.au': '-c:a pcm_s16be -metadata title=interview',
});

const caf = encoded('caf', {
  's16be.caf': '-c:a pcm_s16be',
  's16le-stereo.caf': '-c:a pcm_s16le -ac 2 -ar 44100',
  's24.caf': '-c:a pcm_s24be',
  'f32.caf': '-c:a pcm_f32le',
  'alaw.caf': '-c:a pcm_alaw',
  'mulaw.caf': '-c:a pcm_mulaw',
  'ima4.caf': '-c:a adpcm_ima_qt',
  'alac.caf': '-c:a alac',
  'alac-stereo.caf': '-c:a alac -ac 2 -ar 48000',
  'gsm.caf': '-c:a libgsm -ar 8000',
  'mp3.caf': '-c:a libmp3lame -b:a 48k',
  'opus.caf': '-c:a libopus',
  'flac.caf': '-c:a flac',
  'ac3.caf': '-c:a ac3 -ar 48000',
});

const rf64 = encoded('rf64', {
  's16.wav': '-c:a pcm_s16le -rf64 always',
  's24-stereo.wav': '-c:a pcm_s24le -ac 2 -ar 48000 -rf64 always',
});

/** A RIFF chunk of an odd length without the byte that makes it even, as some writers leave it, before the samples. */
function withUnpaddedChunk(file: Buffer): Buffer {
  const at = file.indexOf('data', 0, 'latin1');
  return Buffer.concat([file.subarray(0, at), Buffer.from('junk\x03\0\0\0abc', 'latin1'), file.subarray(at)]);
}

function renamed(from: string, to: string): (bytes: Buffer) => Buffer {
  return (bytes) => {
    const copy = Buffer.from(bytes);
    copy.write(to, copy.indexOf(from, 0, 'latin1'), 'latin1');
    return copy;
  };
}

/** Samples as they are, and what comes in the same containers. */
export const pcmRecipes = [
  ...wav,
  ...piped('wav', { 'pipe.wav': '-c:a pcm_s16le -f wav', 'pipe-adpcm.wav': '-c:a adpcm_ms -f wav' }),
  ...bySox('wav', {
    'sox-s16.wav': '-b 16',
    'sox-s24.wav': '-b 24',
    'sox-u8.wav': '-b 8 -e unsigned-integer',
    'sox-gsm.wav': '-r 8000 -e gsm-full-rate',
    'sox-ima.wav': '-e ima-adpcm',
    'sox-ms.wav': '-e ms-adpcm',
    'sox-f32.wav': '-e floating-point -b 32',
    'sox-rifx.wav': '-B -b 16',
  }),
  dressed('unpadded.wav', wav, 's16.wav', withUnpaddedChunk),
  ...rf64,
  ...piped('rf64', { 'pipe.wav': '-c:a pcm_s16le -rf64 always -f wav' }),
  dressed('bw64.wav', rf64, 's16.wav', renamed('RF64', 'BW64')),
  ...encoded('voc', {
    'u8.voc': '-c:a pcm_u8',
    'u8-stereo.voc': '-c:a pcm_u8 -ac 2 -ar 22050',
    's16.voc': '-c:a pcm_s16le -ac 2',
    'alaw.voc': '-c:a pcm_alaw -ar 8000',
  }),
  ...bySox('voc', { 'sox-u8.voc': '-b 8', 'sox-s16.voc': '-b 16' }),
  ...bySox('8svx', { 'sox.8svx': '-b 8' }),
  ...encoded('w64', {
    's16.w64': '-c:a pcm_s16le',
    'stereo.w64': '-ac 2 -c:a pcm_s24le',
    'ima.w64': '-c:a adpcm_ima_wav',
  }),
  ...piped('w64', { 'pipe.w64': '-c:a pcm_s16le -f w64' }),
  ...bySox('w64', { 'sox.w64': '-b 16' }),
  ...aiff,
  ...piped('aiff', { 'pipe.aiff': '-c:a pcm_s16be -f aiff' }),
  ...bySox('aiff', { 'sox.aiff': '-b 16', 'sox-s24.aifc': '-b 24', 'sox-u8.aiff': '-b 8' }),
  ...au,
  ...piped('au', { 'pipe.au': '-c:a pcm_s16be -f au' }),
  ...bySox('au', { 'sox.au': '-b 16', 'sox-mulaw.au': '-r 8000 -e mu-law' }),
  ...caf,
  ...piped('caf', { 'pipe.caf': '-c:a pcm_s16be -f caf' }),
  ...bySox('caf', { 'sox.caf': '-b 16' }),
];
