import { chained, startingAt } from '../ogg-pages.js';
import { bySox, byLame, dressed, encoded, filmed, handMade, piped, type Recipe } from '../recipe.js';
import { withApeTag, withId3v2 } from '../dressing.js';
import { amrWideband } from '../amr-frames.js';

/** Samples are large. */
const PCM = '-ar 8000 -t 0.4';
const AAC = '-c:a aac -ar 8000 -b:a 8k';
const OPUS = '-c:a libopus -b:a 8k';
const FLAC = '-c:a flac -ar 8000 -t 0.4 -metadata_header_padding 0';
const VIDEO = '-s 16x16 -r 5';

const ogg = encoded('ogg', { 'opus.opus': OPUS, 'vorbis.ogg': '-c:a libvorbis -ar 8000 -q:a 0' });
const mp3 = encoded('mp3', { 'xing.mp3': '-c:a libmp3lame -ar 16000 -q:a 9 -t 1 -id3v2_version 0' });

/** Small recordings, one for each way in which something is measured. */
export const committedRecipes: readonly Recipe[] = [
  ...encoded('wav', {
    'mulaw.wav': `-c:a pcm_mulaw ${PCM}`,
    'adpcm-ms.wav': '-c:a adpcm_ms -ar 8000 -t 1',
    'adpcm-ima.wav': '-c:a adpcm_ima_wav -ar 8000 -t 1',
    'gsm.wav': '-c:a libgsm_ms -ar 8000',
    'mp3.wav': '-c:a libmp3lame -ar 8000 -b:a 8k',
    'wma.wav': '-c:a wmav2 -ar 22050 -b:a 24k -t 1',
    'flac.wav': '-c:a flac -ar 8000 -t 0.4',
    'adpcm-swf.wav': '-c:a adpcm_swf -ar 11025 -t 1',
    's24.wav': '-c:a pcm_s24le -ar 8000 -t 0.2',
  }),
  ...piped('wav', { 'pipe.wav': `-c:a pcm_u8 ${PCM} -f wav` }),
  ...bySox('wav', { 'rifx.wav': '-B -b 8 -r 8000' }).map(trimmed),
  ...encoded('rf64', { 'u8.wav': `-c:a pcm_u8 ${PCM} -rf64 always` }),
  ...encoded('w64', { 'u8.w64': `-c:a pcm_u8 ${PCM}` }),
  ...encoded('voc', { 'u8.voc': `-c:a pcm_u8 ${PCM}`, 's16.voc': '-c:a pcm_s16le -ar 8000 -t 0.3' }),
  ...encoded('aiff', { 's8.aiff': `-c:a pcm_s8 ${PCM}`, 'ima4.aifc': '-c:a adpcm_ima_qt -ar 8000 -t 1 -f aiff' }),
  ...encoded('au', { 'alaw.au': `-c:a pcm_alaw ${PCM}` }),
  ...piped('au', { 'pipe.au': `-c:a pcm_mulaw ${PCM} -f au` }),
  ...encoded('caf', { 'alac.caf': '-c:a alac -ar 8000 -t 0.4', 'ima4.caf': '-c:a adpcm_ima_qt -ar 8000 -t 1' }),
  ...piped('caf', { 'pipe.caf': `-c:a pcm_mulaw ${PCM} -f caf` }),
  ...mp3,
  ...byLame({ 'free.mp3': '--freeformat -b 24 --resample 16 -t' }).map((recipe): Recipe => ({
    ...recipe,
    decoder: 'lame',
  })),
  ...encoded('mp3', { '8k.mp3': '-c:a libmp3lame -ar 8000 -b:a 8k -write_xing 0' }),
  dressed('tags.mp3', mp3, 'xing.mp3', (bytes) => withApeTag(withId3v2(bytes, 1000), 1000)),
  ...encoded('mp2', { '16k.mp2': '-c:a mp2 -ar 16000 -b:a 16k -t 1' }),
  ...encoded('aac', { '16k.aac': AAC }),
  ...encoded('latm', { '16k.latm': `${AAC} -f latm` }),
  ...encoded('ac3', { '32k.ac3': '-c:a ac3 -ar 32000 -b:a 32k -t 1' }),
  ...encoded('eac3', { '32k.eac3': '-c:a eac3 -ar 32000 -b:a 32k -t 1' }),
  ...encoded('flac', { '8k.flac': FLAC }),
  ...piped('flac', { 'pipe.flac': `${FLAC} -f flac` }),
  ...bySox('amr', { '4750.amr': '-r 8000 -t amr-nb -C 0' }).map((recipe): Recipe => ({
    ...recipe,
    decoder: 'sox amr-nb',
  })),
  handMade('amr', 'wideband.awb', () => amrWideband(0, 17, 100)),
  ...ogg,
  ...encoded('ogg', {
    'opus-60ms.opus': `${OPUS} -frame_duration 60`,
    'flac.ogg': FLAC,
    'speex.spx': '-c:a libspeex -ar 8000 -b:a 8k',
  }),
  dressed('hour.opus', ogg, 'opus.opus', (bytes) => startingAt(bytes, 3600n * 48_000n)),
  dressed('chained.ogg', ogg, 'opus.opus', (bytes) => chained(bytes, 2)),
  ...filmed('ogg', { 'theora.ogv': `-c:v libtheora ${VIDEO} ${OPUS} -t 1` }),
  ...encoded('webm', { 'opus.webm': OPUS, 'vorbis.webm': '-c:a libvorbis -ar 8000 -q:a 0 -t 1' }),
  ...piped('webm', { 'pipe.webm': `${OPUS} -f webm` }),
  ...filmed('webm', { 'vp8.webm': `-c:v libvpx ${VIDEO} -b:v 10k ${OPUS}` }),
  ...encoded('mkv', {
    'aac.mka': AAC,
    'flac.mka': FLAC,
    'mp3.mka': '-c:a libmp3lame -ar 8000 -b:a 8k',
    'u8.mka': `-c:a pcm_u8 ${PCM}`,
    'ac3.mka': '-c:a ac3 -ar 32000 -b:a 32k -t 1',
  }),
  ...encoded('m4a', { 'aac.m4a': AAC, 'alac.m4a': '-c:a alac -ar 8000 -t 0.4' }),
  ...encoded('mp4', {
    'mp3.mp4': '-c:a libmp3lame -ar 16000 -b:a 16k -t 1',
    'opus.mp4': OPUS,
    'flac.mp4': `${FLAC} -strict -2`,
    'fragments.mp4': `${AAC} -movflags empty_moov+default_base_moof -frag_duration 500000`,
    'mov-and-moof.mp4': `${AAC} -movflags frag_keyframe -frag_duration 500000`,
  }),
  ...filmed('mp4', { 'mpeg4.mp4': `-c:v mpeg4 ${VIDEO} ${AAC} -t 1` }),
  ...encoded('ismv', { 'aac.ismv': `${AAC} -f ismv` }),
  ...encoded('mov', { 'mulaw.mov': `-c:a pcm_mulaw ${PCM}`, 'ima4.mov': '-c:a adpcm_ima_qt -ar 8000 -t 1' }),
  ...encoded('ts', {
    'mp2.m2t': '-c:a mp2 -ar 16000 -b:a 16k -t 1',
    'aac.m2t': `${AAC} -t 1`,
    'latm.m2t': `${AAC} -mpegts_flags latm -t 1`,
    'opus.m2t': `${OPUS} -t 1`,
  }),
  ...encoded('ps', {
    'mp2.mpg': '-c:a mp2 -ar 16000 -b:a 16k -t 1',
    'ac3.vob': '-c:a ac3 -ar 32000 -b:a 32k -t 1 -f vob',
    'dvd-pcm.vob': '-c:a pcm_dvd -ar 48000 -t 0.2 -f vob',
  }),
  ...filmed('ps', { 'mpeg1.mpg': `-c:v mpeg1video -s 16x16 -r 25 -c:a mp2 -ar 16000 -b:a 16k -t 1` }),
  ...encoded('avi', { 'mp3.avi': '-c:a libmp3lame -ar 8000 -b:a 8k -t 1', 'mulaw.avi': `-c:a pcm_mulaw ${PCM}` }),
  ...encoded('flv', { 'mp3.flv': '-c:a libmp3lame -ar 22050 -b:a 16k', 'aac.flv': AAC }),
  ...encoded('asf', {
    'wma.wma': '-c:a wmav2 -ar 22050 -b:a 24k -packet_size 800 -t 1',
    'mulaw.asf': `-c:a pcm_mulaw ${PCM} -packet_size 800`,
  }),
  ...encoded('wv', { '8k.wv': '-c:a wavpack -ar 8000 -t 0.4' }),
  ...encoded('tta', { '8k.tta': '-c:a tta -ar 8000 -t 0.4' }),
];

/** The same for half a second, in the words of sox. */
function trimmed(recipe: Recipe): Recipe {
  return { ...recipe, command: [...(recipe.command ?? []), 'trim', '0', '0.5'] };
}
