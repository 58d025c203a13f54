import { encoded, filmed, piped } from '../recipe.js';

const webm = {
  'opus.webm': '-c:a libopus -b:a 24k',
  'opus-60ms.webm': '-c:a libopus -b:a 16k -frame_duration 60',
  'opus-2.5ms.webm': '-c:a libopus -b:a 64k -frame_duration 2.5',
  'opus-stereo.webm': '-c:a libopus -ac 2 -ar 48000',
  'vorbis.webm': '-c:a libvorbis',
  'vorbis-stereo.webm': '-c:a libvorbis -ac 2 -ar 44100',
  'short-clusters.webm': '-c:a libopus -cluster_time_limit 200',
  'cues-in-front.webm': '-c:a libopus -cues_to_front 1',
  'dash.webm': '-c:a libopus -dash 1',
};

const mkv = {
  'opus.mka': '-c:a libopus',
  'vorbis.mka': '-c:a libvorbis',
  'flac.mka': '-c:a flac',
  'aac.mka': '-c:a aac -b:a 32k',
  'aac-stereo.mka': '-c:a aac -ac 2 -ar 48000',
  'mp3.mka': '-c:a libmp3lame -b:a 48k',
  'mp3-vbr.mka': '-c:a libmp3lame -ar 44100 -q:a 5',
  'mp2.mka': '-c:a mp2 -b:a 64k',
  'ac3.mka': '-c:a ac3 -ar 48000',
  'eac3.mka': '-c:a eac3 -ar 48000',
  'alac.mka': '-c:a alac',
  's16.mka': '-c:a pcm_s16le',
  's16be.mka': '-c:a pcm_s16be',
  's24-stereo.mka': '-c:a pcm_s24le -ac 2 -ar 48000',
  'f32.mka': '-c:a pcm_f32le',
  'alaw.mka': '-c:a pcm_alaw -ar 8000',
  'adpcm-ms.mka': '-c:a adpcm_ms',
  'gsm.mka': '-c:a libgsm_ms -ar 8000',
  'wma.mka': '-c:a wmav2 -b:a 48k',
  'wavpack.mka': '-c:a wavpack',
  'tta.mka': '-c:a tta',
  'dts.mka': '-c:a dca -strict -2 -ar 48000 -ac 2',
  'truehd.mka': '-c:a truehd -strict -2 -ar 48000 -ac 2',
  'speex.mka': '-c:a libspeex',
  'two-tracks.mka': '-map 0:a -map 0:a -c:a:0 libopus -c:a:1 aac',
  'chapters.mkv': '-c:a libopus -metadata title=interview -reserve_index_space 500',
};

/** WebM and Matroska with every codec that goes into them. */
export const matroskaRecipes = [
  ...encoded('webm', webm),
  ...piped('webm', {
    'pipe-opus.webm': '-c:a libopus -f webm',
    'pipe-vorbis.webm': '-c:a libvorbis -f webm',
    'live-opus.webm': '-c:a libopus -f webm -live 1 -cluster_time_limit 500',
  }),
  ...encoded('webm', { 'silence.webm': '-c:a libopus -b:a 6k' }, 'silence.wav'),
  ...filmed('webm', {
    'vp8-opus.webm': '-c:v libvpx -b:v 50k -c:a libopus',
    'vp9-vorbis.webm': '-c:v libvpx-vp9 -deadline realtime -b:v 50k -c:a libvorbis',
  }),
  ...encoded('mkv', mkv),
  ...encoded('mkv', { 'amr.mka': '-c:a copy' }, 'voice.amr'),
  ...piped('mkv', {
    'pipe-opus.mkv': '-c:a libopus -f matroska',
    'pipe-aac.mkv': '-c:a aac -f matroska',
    'pipe-s16.mkv': '-c:a pcm_s16le -f matroska',
    'live-mp3.mkv': '-c:a libmp3lame -b:a 48k -f matroska -live 1',
  }),
  ...filmed('mkv', {
    'h264-aac.mkv': '-c:v libx264 -preset ultrafast -c:a aac',
    'mpeg4-ac3.mkv': '-c:v mpeg4 -c:a ac3 -ar 48000',
    'mjpeg-flac.mkv': '-c:v mjpeg -c:a flac',
    'mpeg4-s16.mkv': '-c:v mpeg4 -c:a pcm_s16le',
  }),
];
