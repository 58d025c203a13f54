import { encoded, filmed, piped } from '../recipe.js';

const AAC = '-c:a aac -b:a 32k';
const ALAC = '-c:a alac';

const m4a = {
  'aac.m4a': AAC,
  'aac-8k.m4a': '-c:a aac -ar 8000 -b:a 12k',
  'aac-stereo.m4a': '-c:a aac -ar 44100 -ac 2',
  'aac-96k.m4a': '-c:a aac -ar 96000',
  'aac-faststart.m4a': `${AAC} -movflags +faststart`,
  'aac-no-edits.m4a': `${AAC} -use_editlist 0`,
  'aac-book.m4b': `${AAC} -f ipod`,
  'alac.m4a': ALAC,
  'alac-stereo.m4a': '-c:a alac -ac 2 -ar 44100',
  'alac-s24.m4a': '-c:a alac -sample_fmt s32p',
  'ac3.m4a': '-c:a ac3 -ar 48000',
};

const mp4 = {
  'aac.mp4': AAC,
  'mp3.mp4': '-c:a libmp3lame -b:a 48k',
  'mp3-44k.mp4': '-c:a libmp3lame -ar 44100 -q:a 5',
  'mp2.mp4': '-c:a mp2 -b:a 64k',
  'ac3.mp4': '-c:a ac3 -ar 48000',
  'eac3.mp4': '-c:a eac3 -ar 48000',
  'opus.mp4': '-c:a libopus',
  'opus-60ms.mp4': '-c:a libopus -frame_duration 60',
  'flac.mp4': '-c:a flac -strict -2',
  'vorbis.mp4': '-c:a libvorbis -strict -2',
  'alac.mp4': ALAC,
  'dts.mp4': '-c:a dca -strict -2 -ar 48000 -ac 2',
  'two-tracks.mp4': '-map 0:a -map 0:a -c:a:0 aac -c:a:1 libmp3lame',
  'hint.mp4': `${AAC} -movflags +rtphint`,
  'mov-and-moof.mp4': `${AAC} -movflags frag_keyframe -frag_duration 2000000`,
  'fragments.mp4': `${AAC} -movflags empty_moov+default_base_moof -frag_duration 1000000`,
  'fragments-no-base.mp4': `${AAC} -movflags empty_moov -frag_duration 1000000`,
  'fragments-omit-offset.mp4': `${AAC} -movflags empty_moov+omit_tfhd_offset -frag_duration 1000000`,
  'fragments-delayed.mp4': `${AAC} -movflags delay_moov -frag_duration 1000000`,
  'fragments-each.mp4': `${AAC} -movflags frag_every_frame+empty_moov`,
  'fragments-sidx.mp4': `${AAC} -movflags dash+global_sidx+delay_moov -frag_duration 1000000`,
  'cmaf.mp4': `${AAC} -movflags cmaf -frag_duration 1000000`,
  'fragments-mp3.mp4': '-c:a libmp3lame -b:a 48k -movflags empty_moov+default_base_moof -frag_duration 1000000',
  'fragments-opus.mp4': '-c:a libopus -movflags empty_moov+default_base_moof -frag_duration 1000000',
  'fragments-flac.mp4': '-c:a flac -strict -2 -movflags empty_moov+default_base_moof -frag_duration 1000000',
  'fragments-alac.mp4': '-c:a alac -movflags empty_moov+default_base_moof -frag_duration 1000000',
};

const mov = {
  'aac.mov': AAC,
  'aac-faststart.mov': `${AAC} -movflags +faststart`,
  'alac.mov': ALAC,
  's16le.mov': '-c:a pcm_s16le',
  's16be-stereo.mov': '-c:a pcm_s16be -ac 2 -ar 44100',
  's24.mov': '-c:a pcm_s24le',
  's32.mov': '-c:a pcm_s32be',
  'f32.mov': '-c:a pcm_f32le',
  'f64.mov': '-c:a pcm_f64be',
  'u8.mov': '-c:a pcm_u8',
  's8.mov': '-c:a pcm_s8',
  'alaw.mov': '-c:a pcm_alaw -ar 8000',
  'mulaw.mov': '-c:a pcm_mulaw -ar 8000',
  'ima4.mov': '-c:a adpcm_ima_qt',
  'ima4-stereo.mov': '-c:a adpcm_ima_qt -ac 2 -ar 44100',
  'adpcm-ms.mov': '-c:a adpcm_ms',
  'adpcm-ima.mov': '-c:a adpcm_ima_wav',
  'gsm.mov': '-c:a libgsm -ar 8000',
  'mp3.mov': '-c:a libmp3lame -b:a 48k',
  'ac3.mov': '-c:a ac3 -ar 48000',
  'fragments-s16.mov': '-c:a pcm_s16le -movflags empty_moov -frag_duration 1000000',
};

/** What has boxes: MP4 and its relatives, whole and in fragments. */
export const mp4Recipes = [
  ...encoded('m4a', m4a),
  ...encoded('m4a', { 'silence-aac.m4a': '-c:a aac -b:a 12k', 'silence-alac.m4a': ALAC }, 'silence.wav'),
  ...encoded('mp4', mp4),
  ...piped('mp4', { 'pipe.mp4': `${AAC} -f mp4 -movflags frag_keyframe+empty_moov` }),
  ...filmed('mp4', {
    'h264-aac.mp4': `-c:v libx264 -preset ultrafast ${AAC}`,
    'h264-aac-faststart.mp4': `-c:v libx264 -preset ultrafast ${AAC} -movflags +faststart`,
    'h264-aac-fragments.mp4': `-c:v libx264 -preset ultrafast -g 10 ${AAC} -movflags frag_keyframe+empty_moov`,
    'mpeg4-mp3-separate.mp4': '-c:v mpeg4 -g 10 -c:a libmp3lame -movflags frag_keyframe+empty_moov+separate_moof',
    'mpeg4-aac-mov-and-moof.mp4': `-c:v mpeg4 -g 10 ${AAC} -movflags frag_keyframe`,
  }),
  ...encoded('ismv', { 'aac.ismv': `${AAC} -f ismv`, 'aac-long.ismv': `${AAC} -f ismv -frag_duration 5000000` }),
  ...piped('ismv', { 'pipe.isma': `${AAC} -f ismv` }),
  ...filmed('ismv', { 'h264-aac.ismv': `-c:v libx264 -preset ultrafast -g 10 ${AAC} -f ismv` }),
  ...encoded('mov', mov),
  ...filmed('mov', {
    'mjpeg-s16.mov': '-c:v mjpeg -c:a pcm_s16le',
    'h264-aac.mov': `-c:v libx264 -preset ultrafast ${AAC}`,
    'mpeg4-ima4.mov': '-c:v mpeg4 -c:a adpcm_ima_qt',
  }),
  ...encoded('3gp', {
    'aac.3gp': AAC,
    'aac-fragments.3gp': `${AAC} -movflags empty_moov -frag_duration 1000000`,
    'aac.3g2': AAC,
  }),
  ...encoded('3gp', { 'amr.3gp': '-c:a copy', 'amr.3g2': '-c:a copy' }, 'voice.amr'),
  ...filmed('3gp', { 'h263-aac.3gp': `-c:v h263 -s 128x96 ${AAC}` }),
];
