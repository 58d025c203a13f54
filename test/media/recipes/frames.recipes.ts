import { withApeTag, withId3v1, withId3v2, withVbri } from '../dressing.js';
import { amrNarrowband, amrWideband, amrWithPauses } from '../amr-frames.js';
import { byLame, bySox, dressed, encoded, handMade, piped, type Recipe } from '../recipe.js';

const mp3 = encoded('mp3', {
  'cbr-44k.mp3': '-c:a libmp3lame -ar 44100 -b:a 64k -id3v2_version 0',
  'bare-44k.mp3': '-c:a libmp3lame -ar 44100 -b:a 64k -write_xing 0 -id3v2_version 0',
  'vbr-bare-44k.mp3': '-c:a libmp3lame -ar 44100 -q:a 6 -write_xing 0 -id3v2_version 0',
  'vbr-44k-stereo.mp3': '-c:a libmp3lame -ar 44100 -ac 2 -q:a 2',
  'abr-48k.mp3': '-c:a libmp3lame -ar 48000 -abr 1 -b:a 56k',
  '320k.mp3': '-c:a libmp3lame -ar 48000 -ac 2 -b:a 320k',
  '32k.mp3': '-c:a libmp3lame -ar 32000 -b:a 48k',
  '24k.mp3': '-c:a libmp3lame -ar 24000 -b:a 32k',
  '22k-stereo.mp3': '-c:a libmp3lame -ar 22050 -ac 2 -b:a 64k -joint_stereo 0',
  '16k.mp3': '-c:a libmp3lame -ar 16000 -b:a 24k',
  '12k.mp3': '-c:a libmp3lame -ar 12000 -b:a 16k',
  '11k.mp3': '-c:a libmp3lame -ar 11025 -b:a 16k',
  '8k.mp3': '-c:a libmp3lame -ar 8000 -b:a 8k',
  '8k-vbr.mp3': '-c:a libmp3lame -ar 8000 -q:a 8',
  'no-reservoir.mp3': '-c:a libmp3lame -ar 44100 -b:a 96k -reservoir 0',
  'id3v23.mp3': '-c:a libmp3lame -b:a 32k -id3v2_version 3 -metadata title=interview',
  'id3v24-v1.mp3': '-c:a libmp3lame -b:a 32k -id3v2_version 4 -write_id3v1 1 -metadata title=interview',
  'shine.mp3': '-c:a libshine -ar 44100 -b:a 64k',
});

const aac = encoded('aac', {
  '8k.aac': '-c:a aac -ar 8000 -b:a 12k',
  '16k.aac': '-c:a aac -b:a 24k',
  '44k-stereo.aac': '-c:a aac -ar 44100 -ac 2 -b:a 96k',
  '48k-surround.aac': '-c:a aac -ar 48000 -ac 6 -b:a 192k',
  '96k.aac': '-c:a aac -ar 96000 -b:a 96k',
  'id3.aac': '-c:a aac -b:a 24k -write_id3v2 1 -metadata title=interview',
  'apetag.aac': '-c:a aac -b:a 24k -write_apetag 1 -metadata title=interview',
  'mpeg2.aac': '-c:a aac -b:a 24k -write_mpeg2 1',
});

const flac = encoded('flac', {
  '8k.flac': '-c:a flac -ar 8000',
  '16k.flac': '-c:a flac',
  '44k-stereo.flac': '-c:a flac -ar 44100 -ac 2',
  's24-96k.flac': '-c:a flac -ar 96000 -sample_fmt s32',
  'level-0.flac': '-c:a flac -compression_level 0',
  'level-12.flac': '-c:a flac -compression_level 12',
  'small-frames.flac': '-c:a flac -frame_size 192',
  'large-frames.flac': '-c:a flac -frame_size 16384',
  'surround.flac': '-c:a flac -ac 6',
  '22254.flac': '-c:a flac -ar 22254',
  'tagged.flac': '-c:a flac -metadata title=interview',
});

const PICTURE_BYTES = 300_000;

/** Streams of frames that carry their own lengths. */
export const frameRecipes = [
  ...mp3,
  ...piped('mp3', { 'pipe.mp3': '-c:a libmp3lame -ar 44100 -b:a 64k -f mp3' }),
  ...encoded('mp3', { 'silence.mp3': '-c:a libmp3lame -ar 16000 -b:a 8k' }, 'silence.wav'),
  ...byLame({
    'lame-free.mp3': '--freeformat -b 100 -t',
    'lame-free-44k.mp3': '--freeformat -b 330 --resample 44.1 -t',
  }).map((recipe): Recipe => ({ ...recipe, decoder: 'lame' })),
  ...byLame({
    'lame-cbr.mp3': '--cbr -b 48 --resample 44.1',
    'lame-abr.mp3': '--abr 48',
    'lame-vbr.mp3': '-V 6',
    'lame-vbr-old.mp3': '--vbr-old -V 4 --resample 44.1',
    'lame-untagged.mp3': '-t -V 6 --resample 24',
    'lame-crc.mp3': '-p -b 64 --resample 44.1',
    'lame-8k.mp3': '--resample 8 -b 16',
    'lame-id3.mp3': '--add-id3v2 --pad-id3v2-size 5000 --tt interview',
  }),
  dressed('picture.mp3', mp3, 'cbr-44k.mp3', (bytes) => withId3v2(bytes, PICTURE_BYTES)),
  dressed('two-tags.mp3', mp3, 'cbr-44k.mp3', (bytes) => withId3v2(withId3v2(bytes, 3000), 5000)),
  dressed('ape.mp3', mp3, 'cbr-44k.mp3', (bytes) => withApeTag(bytes, 60_000)),
  dressed('ape-v1.mp3', mp3, 'vbr-44k-stereo.mp3', (bytes) => withId3v1(withApeTag(bytes, 60_000))),
  dressed('vbri.mp3', mp3, 'vbr-bare-44k.mp3', withVbri),
  ...encoded('mp2', {
    '44k.mp2': '-c:a mp2 -ar 44100 -b:a 96k',
    '48k-stereo.mp2': '-c:a mp2 -ar 48000 -ac 2 -b:a 192k',
    '32k.mp2': '-c:a libtwolame -ar 32000 -b:a 64k',
    '16k.mp2': '-c:a mp2 -ar 16000 -b:a 32k',
    '22k.mp2': '-c:a libtwolame -ar 22050 -b:a 32k',
  }),
  ...aac,
  ...encoded('aac', { 'silence.aac': '-c:a aac -b:a 12k' }, 'silence.wav'),
  dressed('picture.aac', aac, '16k.aac', (bytes) => withId3v2(bytes, PICTURE_BYTES)),
  ...encoded('latm', {
    '16k.latm': '-c:a aac -b:a 24k -f latm',
    '44k-stereo.latm': '-c:a aac -ar 44100 -ac 2 -f latm',
  }),
  ...encoded('ac3', {
    '48k.ac3': '-c:a ac3 -ar 48000 -b:a 64k',
    '44k-stereo.ac3': '-c:a ac3 -ar 44100 -ac 2 -b:a 192k',
    '32k.ac3': '-c:a ac3 -ar 32000 -b:a 96k',
    'surround.ac3': '-c:a ac3 -ar 48000 -ac 6 -b:a 448k',
  }),
  ...encoded('eac3', {
    '48k.eac3': '-c:a eac3 -ar 48000 -b:a 64k',
    '44k-stereo.eac3': '-c:a eac3 -ar 44100 -ac 2 -b:a 128k',
    'surround.eac3': '-c:a eac3 -ar 48000 -ac 6 -b:a 384k',
  }),
  ...flac,
  ...piped('flac', { 'pipe.flac': '-c:a flac -f flac', 'pipe-stereo.flac': '-c:a flac -ac 2 -ar 48000 -f flac' }),
  ...encoded('flac', { 'silence.flac': '-c:a flac' }, 'silence.wav'),
  ...bySox('flac', { 'sox.flac': '-C 8', 'sox-s24.flac': '-b 24 -r 44100 -c 2' }),
  dressed('id3.flac', flac, '16k.flac', (bytes) => withId3v2(bytes, 20_000)),
  dressed('id3v1.flac', flac, '44k-stereo.flac', withId3v1),
  ...bySox('amr', {
    '4750.amr': '-r 8000 -t amr-nb -C 0',
    '7950.amr': '-r 8000 -t amr-nb -C 5',
    '12200.amr': '-r 8000 -t amr-nb -C 7',
  }).map((recipe): Recipe => ({ ...recipe, decoder: 'sox amr-nb' })),
  handMade('amr', 'speech.amr', () => amrNarrowband(600)),
  handMade('amr', 'pauses.amr', amrWithPauses, 'sox amr-nb'),
  handMade('amr', 'wideband-6600.awb', () => amrWideband(0, 17, 400)),
  handMade('amr', 'wideband-23850.awb', () => amrWideband(8, 60, 400)),
  ...encoded('wv', {
    's16.wv': '-c:a wavpack',
    'stereo.wv': '-c:a wavpack -ac 2 -ar 44100',
    'f32.wv': '-c:a wavpack -sample_fmt fltp',
    'tagged.wv': '-c:a wavpack -metadata title=interview',
  }),
  ...piped('wv', { 'pipe.wv': '-c:a wavpack -f wv' }),
  ...bySox('wv', { 'sox.wv': '-b 16' }),
  ...encoded('tta', {
    's16.tta': '-c:a tta',
    'stereo.tta': '-c:a tta -ac 2 -ar 44100',
    's24.tta': '-c:a tta -sample_fmt s32',
  }),
  ...piped('tta', { 'pipe.tta': '-c:a tta -f tta' }),
];
