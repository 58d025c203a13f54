import { chained, startingAt } from '../ogg-pages.js';
import { dressed, encoded, filmed, piped } from '../recipe.js';

const opusFrames = ['2.5', '5', '10', '20', '40', '60', '80', '100', '120'];
const opusByFrame = Object.fromEntries(
  opusFrames.map((ms) => [`opus-${ms}ms.opus`, `-c:a libopus -b:a 24k -frame_duration ${ms}`]),
);

const ogg = encoded('ogg', {
  ...opusByFrame,
  'opus-6k.opus': '-c:a libopus -b:a 6k -application voip',
  'opus-cbr.opus': '-c:a libopus -b:a 32k -vbr off',
  'opus-stereo.ogg': '-c:a libopus -b:a 96k -ac 2 -ar 48000',
  'opus-surround.opus': '-c:a libopus -ac 6 -b:a 160k -mapping_family 1',
  'opus-small-pages.opus': '-c:a libopus -b:a 24k -page_duration 20000',
  'opus-large-pages.opus': '-c:a libopus -b:a 24k -page_duration 5000000',
  'opus-8k.opus': '-ar 8000 -c:a libopus -b:a 12k',
  'vorbis-8k.ogg': '-c:a libvorbis -ar 8000 -q:a 1',
  'vorbis-16k.ogg': '-c:a libvorbis -q:a 0',
  'vorbis-44k-stereo.ogg': '-c:a libvorbis -ar 44100 -ac 2 -q:a 4',
  'vorbis-48k.ogg': '-c:a libvorbis -ar 48000 -q:a 8',
  'vorbis-native.ogg': '-c:a vorbis -strict -2 -ac 2 -ar 44100',
  'vorbis-small-pages.ogg': '-c:a libvorbis -page_duration 20000',
  'flac.ogg': '-c:a flac',
  'flac-stereo.oga': '-c:a flac -ac 2 -ar 44100',
  'speex-nb.spx': '-c:a libspeex -ar 8000',
  'speex-wb.spx': '-c:a libspeex -ar 16000',
  'speex-uwb-stereo.spx': '-c:a libspeex -ar 32000 -ac 2',
  'speex-4.spx': '-c:a libspeex -ar 8000 -frames_per_packet 4',
  'two-streams.ogg': '-map 0:a -map 0:a -c:a:0 libvorbis -c:a:1 libopus',
});

/** Ogg with what it may hold. */
export const oggRecipes = [
  ...ogg,
  ...piped('ogg', {
    'pipe-opus.ogg': '-c:a libopus -b:a 24k -f ogg',
    'pipe-vorbis.ogg': '-c:a libvorbis -f ogg',
    'pipe-flac.ogg': '-c:a flac -f ogg',
  }),
  ...encoded(
    'ogg',
    { 'silence-opus.ogg': '-c:a libopus -b:a 6k', 'silence-vorbis.ogg': '-c:a libvorbis' },
    'silence.wav',
  ),
  ...filmed('ogg', {
    'theora-vorbis.ogv': '-c:v libtheora -c:a libvorbis',
    'theora-opus.ogv': '-c:v libtheora -c:a libopus',
  }),
  dressed('hour-opus.ogg', ogg, 'opus-20ms.opus', (bytes) => startingAt(bytes, 3600n * 48_000n)),
  dressed('hour-vorbis.ogg', ogg, 'vorbis-44k-stereo.ogg', (bytes) => startingAt(bytes, 3600n * 44_100n)),
  dressed('chained-opus.ogg', ogg, 'opus-20ms.opus', (bytes) => chained(bytes, 3)),
  dressed('chained-vorbis.ogg', ogg, 'vorbis-16k.ogg', (bytes) => chained(bytes, 2)),
];
