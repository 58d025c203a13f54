/** A frame of AMR by its type and the bytes that follow; the decoder makes something of any bits. */
function amrFrame(type: number, sizeBytes: number): Buffer {
  const frame = Buffer.alloc(1 + sizeBytes, 0x5a);
  frame.writeUInt8((type << 3) | 4, 0);
  return frame;
}

function repeated(count: number, ...parts: readonly Buffer[]): Buffer[] {
  return Array.from({ length: count }, () => parts).flat();
}

/** 200 frames of speech, 20 of comfort noise, 80 of nothing: six seconds. */
export function amrWithPauses(): Buffer {
  const noise = repeated(20, amrFrame(8, 5), ...repeated(4, amrFrame(15, 0)));
  return Buffer.concat([Buffer.from('#!AMR\n', 'latin1'), ...repeated(200, amrFrame(7, 31)), ...noise]);
}

/** AMR-WB, which no program here writes: so many frames of 20 ms, of one type. */
export function amrWideband(type: number, sizeBytes: number, frames: number): Buffer {
  return Buffer.concat([Buffer.from('#!AMR-WB\n', 'latin1'), ...repeated(frames, amrFrame(type, sizeBytes))]);
}

/** AMR of 12.2 kbit/s without pauses: so many frames of 20 ms. */
export function amrNarrowband(frames: number): Buffer {
  return Buffer.concat([Buffer.from('#!AMR\n', 'latin1'), ...repeated(frames, amrFrame(7, 31))]);
}
